import { foldText, refuse, type ToolError } from '@switchyard-mcp/core';
import { recordsIn, textOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { sameJson } from '../../domain/same-json.ts';
import type { Access, Located, ObjectStore } from './object-store.ts';

/** What a person may set here; options are asked for by the integration's own form. */
const settable = ['title', 'pref_disable_new_entities', 'pref_disable_polling'] as const;

const useFlows = (what: string): ToolError =>
  refuse('unsupported', `${what}.`, { next: ['ha_integration sets up, configures and removes integrations.'] });

const rows = async ({ socket, signal, entryVisible }: Access): Promise<readonly Body[]> => {
  const answer = await socket.command({ type: 'config_entries/get' }, { signal, doing: 'Reading the integrations' });
  return recordsIn(answer).filter((row) => entryVisible(textOf(row, 'entry_id') ?? ''));
};

const toLocated = (row: Body): Located => {
  const id = textOf(row, 'entry_id') ?? '';
  const keys = ['domain', ...settable];
  const body = Object.fromEntries(keys.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));
  return { ref: parseObjectRef(`integration:${id}`), key: id, name: textOf(row, 'title') ?? textOf(row, 'domain') ?? id, body };
};

/** By entry id, else by title or domain if one alone has it. */
const read = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const all = await rows(access);
  const exact = all.find((row) => row['entry_id'] === ref.key);
  const wanted = foldText(ref.key);
  const named = exact ? [exact] : all.filter((row) => [row['title'], row['domain']].some((name) => foldText(String(name)) === wanted));
  if (named.length > 1)
    throw refuse('ambiguous', `${named.length} integrations are called "${ref.key.slice(0, 60)}".`, {
      didYouMean: named.map((row) => `integration:${textOf(row, 'entry_id') ?? ''}`),
    });
  return named[0] && toLocated(named[0]);
};

const replace = async ({ key, ref, body: before }: Located, body: Body, { socket, signal }: Access): Promise<void> => {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(body)])].filter((name) => !sameJson(before[name], body[name]));
  const foreign = changed.filter((name) => !(settable as readonly string[]).includes(name) || body[name] === undefined);
  if (foreign.length > 0) throw useFlows(`Of ${ref.id}, ${foreign.slice(0, 5).join(', ')} cannot be set here; ${settable.join(', ')} can.`);
  const fields = Object.fromEntries(changed.map((name) => [name, body[name]]));
  const message = { type: 'config_entries/update', entry_id: key, ...fields };
  await socket.command(message, { signal, write: true, doing: `Saving ${ref.id}` });
};

/** Config entries: their title and two preferences. */
export const configEntryStore: ObjectStore = {
  list: async (_ref, access) => (await rows(access)).map(toLocated).map(({ ref, name }) => ({ ref, name, editable: true })),
  read,
  create: async (ref) => {
    throw useFlows(`${ref.id} does not exist, and integrations are set up step by step`);
  },
  find: async (_ref, key, access) => (await rows(access)).map(toLocated).find((entry) => entry.key === key)?.ref,
  replace,
  // Asked before anybody is: what is refused anyway needs no agreement.
  hiddenSettings: async ({ ref }) => {
    throw useFlows(`${ref.id} is not removed like an object`);
  },
  remove: async ({ ref }) => {
    throw useFlows(`${ref.id} is not removed like an object`);
  },
};
