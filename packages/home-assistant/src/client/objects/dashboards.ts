import { type InputIssue, isToolError } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { pointerOf } from '../../domain/json-pointer.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { sameJson } from '../../domain/same-json.ts';
import { type Access, bodyOf, type Located, type ObjectStore, without } from './object-store.ts';

/** The key of a body under which the settings of the dashboard itself stand, beside its views. */
const ownKey = 'dashboard';
const settings = ['title', 'icon', 'show_in_sidebar', 'require_admin'] as const;
/** The dashboard that opens first; it has no row in the list unless it was changed. */
const defaultPath = 'lovelace';

const rowsOf = async ({ socket, signal }: Access): Promise<readonly Body[]> =>
  recordsIn(await socket.command({ type: 'lovelace/dashboards/list' }, { signal, doing: 'Reading the dashboards' }));

const rowOf = async (key: string, access: Access): Promise<Body | undefined> =>
  (await rowsOf(access)).find((row) => row['url_path'] === key);

const urlPath = (key: string, row: Body | undefined): string | null => (key === defaultPath && row === undefined ? null : key);

/** The stored views; undefined when Home Assistant makes them up by itself. */
const configOf = async (path: string | null, { socket, signal }: Access): Promise<Body | undefined> => {
  try {
    return bodyOf(
      await socket.command({ type: 'lovelace/config', url_path: path, force: false }, { signal, doing: 'Reading the dashboard' }),
    );
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

const settingsOf = (row: Body): Body => Object.fromEntries(settings.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key]]])));

const read = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const row = await rowOf(ref.key, access);
  if (!row && ref.key !== defaultPath) return undefined;
  const config = await configOf(urlPath(ref.key, row), access);
  if (!row && !config) return undefined;
  const body = { ...(row ? { [ownKey]: settingsOf(row) } : {}), ...config };
  const located = {
    ref,
    key: row ? (textOf(row, 'id') ?? ref.key) : ref.key,
    name: row ? (textOf(row, 'title') ?? ref.key) : 'Default dashboard',
    body,
  };
  if (row?.['mode'] !== 'yaml') return located;
  const file = textOf(row, 'filename');
  return {
    ...located,
    where: `It is kept in YAML${file === undefined ? '' : `, in the file ${file.slice(0, 80)}`}, so the API cannot edit it.`,
  };
};

const command = async (type: string, message: Body, { socket, signal }: Access): Promise<unknown> =>
  socket.command({ type: `lovelace/${type}`, ...message }, { signal, write: true, doing: 'Saving the dashboard' });

const saveConfig = (path: string | null, config: Body, access: Access): Promise<unknown> =>
  Object.keys(config).length === 0
    ? command('config/delete', { url_path: path }, access)
    : command('config/save', { url_path: path, config }, access);

const create = async (ref: ObjectRef, body: Body, access: Access): Promise<ObjectRef> => {
  const config = without(body, ownKey);
  if (ref.key === defaultPath) {
    await saveConfig(null, config, access);
    return ref;
  }
  const own = bodyOf(body[ownKey]) ?? {};
  const title = textOf(own, 'title') ?? textOf(config, 'title') ?? ref.key;
  // One word is refused unless it is said that it is meant; older versions know no such word and refuse it in any case.
  const single = ref.key.includes('-') ? {} : { allow_single_word: true };
  const row = bodyOf(await command('dashboards/create', { ...own, title, url_path: ref.key, mode: 'storage', ...single }, access));
  if (Object.keys(config).length === 0) return ref;
  try {
    await command('config/save', { url_path: ref.key, config }, access);
  } catch (error) {
    // Half a dashboard is worse than none.
    await command('dashboards/delete', { dashboard_id: row?.['id'] }, access).catch(() => undefined);
    throw error;
  }
  return ref;
};

/** What was taken out of the settings goes back to nothing. */
const settingsChange = (before: Body, after: Body): Body =>
  Object.fromEntries(settings.flatMap((key) => (sameJson(before[key], after[key]) ? [] : [[key, after[key] ?? null]])));

const replace = async (found: Located, body: Body, access: Access): Promise<void> => {
  const row = await rowOf(found.ref.key, access);
  const [before, after] = [without(found.body, ownKey), without(body, ownKey)];
  const own = bodyOf(found.body[ownKey]) ?? {};
  // Views alone leave the settings as they are. The settings go first: they are what Home Assistant may refuse.
  const change = settingsChange(own, bodyOf(body[ownKey]) ?? own);
  if (row && Object.keys(change).length > 0) await command('dashboards/update', { dashboard_id: row['id'], ...change }, access);
  if (!sameJson(before, after)) await saveConfig(urlPath(found.ref.key, row), after, access);
};

const remove = async (found: Located, access: Access): Promise<void> => {
  const row = await rowOf(found.ref.key, access);
  await (row ? command('dashboards/delete', { dashboard_id: row['id'] }, access) : command('config/delete', { url_path: null }, access));
};

const maxDepth = 12;

/** Home Assistant stores anything; a card without a type then shows as an error where it stands. */
const cardIssues = (card: unknown, keys: readonly (string | number)[]): readonly InputIssue[] => {
  if (keys.length > maxDepth * 2) return [];
  if (!isRecord(card))
    return [{ path: pointerOf(keys), got: JSON.stringify(card)?.slice(0, 40) ?? 'nothing', expected: 'a card: an object with "type"' }];
  const own =
    typeof card['type'] === 'string' ? [] : [{ path: pointerOf([...keys, 'type']), got: 'nothing', expected: 'the type of the card' }];
  return [...own, ...cardsIn(card['cards'], [...keys, 'cards'])];
};

const cardsIn = (cards: unknown, keys: readonly (string | number)[]): readonly InputIssue[] => {
  if (cards === undefined) return [];
  if (!Array.isArray(cards)) return [{ path: pointerOf(keys), got: typeof cards, expected: 'a list of cards' }];
  return cards.flatMap((card, index) => cardIssues(card, [...keys, index]));
};

const viewIssues = (view: unknown, index: number): readonly InputIssue[] => {
  const at = ['views', index];
  if (!isRecord(view)) return [{ path: pointerOf(at), got: typeof view, expected: 'a view: an object with cards or sections' }];
  const sections = Array.isArray(view['sections']) ? view['sections'] : [];
  return [
    ...cardsIn(view['cards'], [...at, 'cards']),
    ...sections.flatMap((section, place) => (isRecord(section) ? cardsIn(section['cards'], [...at, 'sections', place, 'cards']) : [])),
  ];
};

const validate = (body: Body): readonly InputIssue[] => {
  const own =
    body[ownKey] === undefined || isRecord(body[ownKey])
      ? []
      : [{ path: `/${ownKey}`, got: typeof body[ownKey], expected: 'an object with title, icon…' }];
  if (body['strategy'] !== undefined || body['views'] === undefined) return own;
  if (!Array.isArray(body['views'])) return [...own, { path: '/views', got: typeof body['views'], expected: 'a list of views' }];
  return [...own, ...body['views'].flatMap(viewIssues)];
};

/** Dashboards that Home Assistant keeps in its storage. */
export const dashboardStore: ObjectStore = {
  list: async (_ref, access) => {
    const rows = await rowsOf(access);
    const listed = rows.flatMap((row) => {
      const path = textOf(row, 'url_path');
      return path === undefined
        ? []
        : [{ ref: parseObjectRef(`dashboard:${path}`), name: textOf(row, 'title') ?? path, editable: row['mode'] !== 'yaml' }];
    });
    const first = { ref: parseObjectRef(`dashboard:${defaultPath}`), name: 'Default dashboard', editable: true };
    return listed.some(({ ref }) => ref.key === defaultPath) ? listed : [first, ...listed];
  },
  read,
  validate: async (_ref, body) => validate(body),
  newKey: (ref) => ref.key,
  create,
  find: async (ref, _key, access) => (await read(ref, access))?.ref,
  replace,
  remove,
};
