import { isToolError, refuse, type ToolError } from '@switchyard-mcp/core';
import { path } from '@switchyard-mcp/core/http';
import { flagOf, isRecord, numericOf, type JsonRecord as Raw, recordOf, recordsOf, textOf } from '@switchyard-mcp/core/json';
import { usualUrls } from '../config.ts';
import type { Api } from './api.ts';
import { keyOf, wordsOf } from './raw.ts';

/** A system as the account lists it. */
export interface AccountSystem {
  /** 14 to 16 digits. */
  readonly panelId: number;
  readonly name: string;
  readonly isAdmin: boolean;
}

export interface Account {
  readonly userId: string;
  /** The e-mail address that the account logs in with, when it is told. */
  readonly email: string | undefined;
  /** Names the stream's channel; absent: no stream. */
  readonly channel: string | undefined;
  readonly systems: readonly AccountSystem[];
  /** Names of systems whose number does not fit into one of ours. */
  readonly unusable: readonly string[];
}

const strange = (doing: string): ToolError =>
  refuse('upstream_error', `${doing}: Vivint's answer has a form that this release does not know.`, {
    next: ['Update this server; if it stays so, report it with `doctor --redacted --json`.'],
  });

/** Every account has this page: where it is missing, there is no API. */
const wrongAddress = (cause: unknown): ToolError =>
  refuse('upstream_error', 'There is no Vivint API at the address of VIVINT_API_URL.', {
    why: 'It answered 404 to the first thing that is read; the address is probably without its path.',
    next: [`Leave VIVINT_API_URL out, or write it with its path, as in ${usualUrls.api}.`],
    cause,
  });

/** Who is logged in and which systems there are. @see https://github.com/natekspencer/vivintpy (authuser) */
export const readAccount = async (api: Api, signal: AbortSignal): Promise<Account> => {
  const doing = 'Reading the account';
  const { body } = await api.request({ path: '/authuser', signal, doing }).catch((error: unknown) => {
    throw isToolError(error) && error.fields.code === 'not_found' ? wrongAddress(error) : error;
  });
  const user = isRecord(body) ? recordOf(body, 'u') : undefined;
  if (user === undefined) throw strange(doing);
  const nameOf = (system: Raw): string => wordsOf(system, 'sn') ?? 'System';
  const all = recordsOf(user, 'system');
  const unusable = all.filter((system) => !Number.isSafeInteger(numericOf(system, 'panid') ?? 0)).map(nameOf);
  const listed = all.flatMap((system): AccountSystem[] => {
    const panelId = numericOf(system, 'panid');
    if (panelId === undefined || !Number.isSafeInteger(panelId)) return [];
    return [{ panelId, name: nameOf(system), isAdmin: flagOf(system, 'ad') === true }];
  });
  // Listed twice, a panel is one system still.
  const systems = [...new Map(listed.map((system) => [system.panelId, system])).values()];
  return { userId: keyOf(user, '_id') ?? '', email: textOf(user, 'e'), channel: keyOf(user, 'mbc'), systems, unusable };
};

/** The whole document of a system. @see https://github.com/natekspencer/vivintpy (systems) */
export const readSystem = async (api: Api, panelId: number, signal: AbortSignal): Promise<Raw> => {
  const doing = 'Reading the system';
  const { body } = await api.request({ path: path`/systems/${panelId}`, query: { includerules: false }, signal, doing });
  const system = isRecord(body) ? recordOf(body, 'system') : undefined;
  if (system === undefined || !Array.isArray(system['par'])) throw strange(doing);
  return system;
};

export interface HistoryPage {
  /** Only those before this time. */
  readonly before: number;
  readonly limit: number;
}

/** A page of the history, newest first. Old clients used it; whether it answers today is not sure, so callers must do without. */
export const readHistory = async (
  api: Api,
  { panelId, partitionId }: { panelId: number; partitionId: number },
  { before, limit }: HistoryPage,
  signal: AbortSignal,
): Promise<readonly Raw[]> => {
  const doing = 'Reading the history';
  const query = { be: new Date(before).toISOString(), lim: limit };
  const place = path`/${panelId}/${partitionId}/history`;
  const { body } = await api.request({ path: place, query, signal, doing, timeoutMs: 10_000, dispensable: true });
  if (!isRecord(body) || !Array.isArray(body['his'])) throw strange(doing);
  return recordsOf(body, 'his');
};
