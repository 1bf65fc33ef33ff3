import { type ResourceDefinition, table, within } from '@switchyard-mcp/core';
import type { ObjectSummary } from './domain/object-operations.ts';
import { parseObjectRef } from './domain/object-ref.ts';
import type { HomeOperations } from './domain/operations.ts';
import { stateWords } from './format/state-words.ts';

type Resource = ResourceDefinition<HomeOperations>;
type Kind = 'automation' | 'script' | 'scene' | 'dashboard';

const mimeType = 'application/json';
/** Longer lists nobody reads, and a model pays for each row. */
const mostRows = 1000;
const shownHash = 8;

interface About {
  readonly title: string;
  /** Events after which a list may be another. */
  readonly listed: readonly string[];
  /** Events after which a body may be another. */
  readonly changed: readonly string[];
}

/** Core tells of new bodies in four ways: scripts have no event of their own, but their state is written anew. */
const kinds: Readonly<Record<Kind, About>> = {
  automation: { title: 'Automations', listed: ['automation_reloaded', 'entity_registry_updated'], changed: ['automation_reloaded'] },
  script: { title: 'Scripts', listed: ['service_registered', 'service_removed', 'entity_registry_updated'], changed: [] },
  scene: { title: 'Scenes', listed: ['scene_reloaded', 'entity_registry_updated'], changed: ['scene_reloaded'] },
  dashboard: { title: 'Dashboards', listed: ['lovelace_updated', 'panels_updated'], changed: ['lovelace_updated'] },
};

/** The part of an id that stands in an address: "evening" of automation.evening, "lovelace" of dashboard:lovelace. */
const keyOf = (kind: Kind, { ref }: ObjectSummary): string => ref.id.slice(kind.length + 1);
const idOf = (kind: Kind, key: string): string => (kind === 'dashboard' ? `dashboard:${key}` : `${kind}.${key}`);

const summaries = (operations: HomeOperations, kind: Kind, signal: AbortSignal): Promise<readonly ObjectSummary[]> =>
  operations.objects.list(parseObjectRef(kind), signal);

const list = (kind: Kind): Resource => {
  const { title, listed } = kinds[kind];
  return {
    name: `${kind}s`,
    title,
    description: `${title} with name and state; updates can be subscribed to`,
    uri: `ha://${kind}s`,
    mimeType,
    level: 'read',
    read: async (operations, _variables, signal) => {
      const all = await summaries(operations, kind, signal);
      const rows = all.slice(0, mostRows).map(({ ref, name, editable }) => {
        const state = operations.stateOf(ref.id);
        return [ref.id, name, state ? stateWords(state, operations.clock.now()) : '', editable ? '' : 'not editable here'];
      });
      const shown = rows.length < all.length ? { shown: rows.length } : {};
      return { mimeType, text: JSON.stringify({ total: all.length, ...shown, ...table(['id', 'name', 'state', 'note'], rows) }) };
    },
    watch: (operations, _uri, changed) => operations.system.onEvents(listed, () => changed()),
  };
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Is an event of this kind about another dashboard? Core's other events do not say whom they are about. */
const aboutAnother = (kind: Kind, key: string, data: Readonly<Record<string, unknown>>): boolean =>
  kind === 'dashboard' && typeof data['url_path'] === 'string' && data['url_path'] !== key;

const one = (kind: Kind): Resource => ({
  name: kind,
  title: `One ${kind}`,
  description: `Body of one ${kind} with its hash; updates can be subscribed to`,
  uri: `ha://${kind}s/{id}`,
  mimeType,
  level: 'read',
  read: async (operations, variables, signal) => {
    const { ref, name, hash, body, where } = await operations.objects.read(parseObjectRef(idOf(kind, variables['id'] ?? '')), signal);
    return { mimeType, text: JSON.stringify({ id: ref.id, name, hash: hash.slice(0, shownHash), ...(where ? { where } : {}), body }) };
  },
  complete: async (operations, _variable, typed) => {
    const part = typed.toLowerCase();
    const keys = (await within({ clock: operations.clock, ms: 5000 }, ({ signal }) => summaries(operations, kind, signal))).map((summary) =>
      keyOf(kind, summary),
    );
    return keys.filter((key) => key.includes(part)).slice(0, 101);
  },
  watch: (operations, uri, changed) => {
    const key = decoded(uri.slice(`ha://${kind}s/`.length));
    const stops = [
      operations.system.onEvents(kinds[kind].changed, (data) => {
        if (!aboutAnother(kind, key, data)) changed();
      }),
      operations.onStateChange([idOf(kind, key)], () => changed()),
    ];
    const connecting = new AbortController();
    // Changes come only over a connection; a failure to connect is told by the next read.
    operations.home(connecting.signal).catch(() => undefined);
    return () => {
      connecting.abort();
      for (const stop of stops) stop();
    };
  },
});

/** What people edit: lists, and each object with its body. */
export const objectResources: readonly Resource[] = (Object.keys(kinds) as Kind[]).flatMap((kind) => [list(kind), one(kind)]);
