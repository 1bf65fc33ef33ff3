import { textOf, toRecord } from '@switchyard-mcp/core/json';
import type { FlowKind } from '../domain/flow-operations.ts';
import type { TextOf } from './flow-step.ts';
import { isRefusal } from './registries.ts';
import type { HomeSocket } from './socket.ts';

/** Whose texts are meant. */
export interface TextsOf {
  readonly kind: FlowKind;
  readonly domain: string;
  readonly subentryType?: string | undefined;
  /** Of a repair: the key of its issue. */
  readonly issueKey?: string | undefined;
}

const places: Readonly<Record<FlowKind, string>> = {
  config: 'config',
  reconfigure: 'config',
  reauth: 'config',
  options: 'options',
  subentry: 'config_subentries',
  repair: 'issues',
};

const prefixOf = ({ kind, domain, subentryType, issueKey }: TextsOf): string => {
  const base = `component.${domain}.${places[kind]}`;
  if (kind === 'subentry') return `${base}.${subentryType ?? ''}.`;
  return kind === 'repair' ? `${base}.${issueKey ?? ''}.fix_flow.` : `${base}.`;
};

/** What Home Assistant tells people beside a form. An integration without texts has none; that is no failure. */
export const createFlowTexts = (): ((socket: HomeSocket, whose: TextsOf, signal: AbortSignal) => Promise<TextOf>) => {
  const known = new Map<string, Readonly<Record<string, unknown>>>();
  const read = async (socket: HomeSocket, { kind, domain }: TextsOf, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> => {
    const category = places[kind];
    const stored = known.get(`${category}/${domain}`);
    if (stored) return stored;
    const answer = await socket
      .command(
        { type: 'frontend/get_translations', language: 'en', category, integration: [domain], config_flow: kind !== 'repair' },
        { signal, doing: 'Reading the texts of a flow' },
      )
      .catch((error: unknown) => (isRefusal(error) ? undefined : Promise.reject(error)));
    const texts = toRecord(toRecord(answer)['resources']);
    known.set(`${category}/${domain}`, texts);
    return texts;
  };
  return async (socket, whose, signal) => {
    const texts = await read(socket, whose, signal);
    const prefix = prefixOf(whose);
    return (key) => textOf(texts, `${prefix}${key}`)?.replace(/\*\*/g, '');
  };
};
