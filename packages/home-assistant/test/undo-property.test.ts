import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { data } from './scenes/bench.ts';
import { type InProcess, startInProcess } from './scenes/in-process.ts';

let simulator: HomeAssistantSimulator;
let folder: string;
let home: InProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-undo-'));
  simulator = await startHomeAssistantSimulator();
  home = await startInProcess({ url: simulator.url, token: simulator.token, stateFolder: folder });
});
afterAll(async () => {
  await home?.close();
  await simulator?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Everything that can be edited, as the simulator holds it: the text of each object by its key. */
const everything = (): ReadonlyMap<string, string> => {
  const { configs, objects, registries, states } = simulator.home;
  const all = new Map<string, string>();
  const put = (kind: string, key: string, value: unknown): void => void all.set(`${kind} ${key}`, JSON.stringify(value));
  for (const [kind, items] of Object.entries(configs)) for (const [key, body] of items) put(kind, key, body);
  for (const [kind, items] of objects.items) for (const [key, item] of items) put(kind, key, item);
  // Core, not we, orders the keys of a dashboard's row.
  for (const [key, row] of objects.dashboards) put('dashboard', key, Object.entries(row).sort());
  for (const [key, views] of objects.views) put('views', key, views);
  for (const { modified_at: _m, created_at: _c, ...area } of registries.areas.values()) put('area', area.area_id, area);
  // Times, the entry's own id and, until a restart, the name it was made with are new for what was made again, as in Core.
  for (const { modified_at: _m, created_at: _c, id: _id, original_name: _o, ...entry } of registries.entities.values())
    put('entry', entry.entity_id, entry);
  for (const id of states.keys()) put('state', id, true);
  return all;
};

/** Keys whose text differs, or is on one side only. */
const changed = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));

type Step = { readonly kind: string; readonly act: 'create' | 'edit' | 'delete'; readonly pick: number; readonly value: number };

const lights = ['light.bed_light', 'light.kitchen_lights', 'light.hall_lights'];
const light = (value: number): string => lights[value % lights.length] ?? 'light.bed_light';
const bodies: Readonly<Record<string, (value: number) => Record<string, unknown>>> = {
  automation: (value) => ({
    alias: `Random ${value}`,
    triggers: [],
    conditions: [],
    actions: [{ action: 'light.toggle', target: { entity_id: light(value) } }],
    mode: 'single',
  }),
  script: (value) => ({ alias: `Random ${value}`, sequence: [{ delay: `00:00:${String(value % 60).padStart(2, '0')}` }] }),
  scene: (value) => ({ name: `Random ${value}`, entities: { [light(value)]: { state: 'on', brightness: value % 255 } } }),
  input_number: (value) => ({ name: `Random ${value}`, min: 0, max: value + 1, step: 1, mode: 'box' }),
  input_select: (value) => ({ name: `Random ${value}`, options: ['a', `b${value}`] }),
  dashboard: (value) => ({
    dashboard: { title: `Random ${value}`, show_in_sidebar: value % 2 === 0, require_admin: false },
    views: [{ title: 'x', cards: [{ type: 'markdown', content: `${value}` }] }],
  }),
  area: (value) => ({ name: `Random ${value}` }),
};
const patches: Readonly<Record<string, (value: number, serial: number) => readonly unknown[]>> = {
  automation: (value) => [{ op: 'add', path: '/actions/-', value: { delay: { seconds: value } } }],
  script: (value) => [{ op: 'add', path: '/description', value: `d${value}` }],
  scene: (value) => [{ op: 'add', path: `/entities/${light(value)}`, value: { state: 'off' } }],
  input_number: (value) => [{ op: 'replace', path: '/max', value: value + 100 }],
  // Core refuses an option that is there already.
  input_select: (value, nth) => [{ op: 'add', path: '/options/-', value: `o${value}-${nth}` }],
  dashboard: (value) => [{ op: 'replace', path: '/views/0/title', value: `t${value}` }],
  area: (value) => [{ op: 'add', path: '/icon', value: `mdi:numeric-${value % 10}` }],
};
const idFor = (kind: string, serial: number): string => {
  if (kind === 'script') return `script.random_${serial}`;
  return kind === 'dashboard' ? `dashboard:random-${serial}` : kind;
};

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...Object.keys(bodies)),
  act: fc.constantFrom('create' as const, 'create' as const, 'edit' as const, 'edit' as const, 'delete' as const),
  pick: fc.nat(1000),
  value: fc.nat(1000),
});

/** What the steps may touch: what was seeded and what they made themselves. */
const seeded: Readonly<Record<string, readonly string[]>> = {
  automation: ['automation.evening_lights_at_sunset', 'automation.guest_mode_follows_house_mode'],
  script: ['script.movie_night'],
  scene: ['scene.cosy_evening', 'scene.all_bright'],
  input_number: [],
  input_select: ['input_select.house_mode'],
  dashboard: ['dashboard:map'],
  area: ['area:garden'],
};

let serial = 0;
const play = async (steps: readonly Step[]): Promise<number> => {
  const known = Object.fromEntries(Object.entries(seeded).map(([kind, ids]) => [kind, [...ids]]));
  let done = 0;
  for (const { kind, act, pick, value } of steps) {
    const ids = known[kind] ?? [];
    const id = ids[pick % Math.max(1, ids.length)];
    if (act === 'create' || id === undefined) {
      serial += 1;
      const made = await data(home.bench, 'ha_edit', { id: idFor(kind, serial), config: bodies[kind]?.(serial * 1000 + value) });
      ids.push(String(made['created']));
    } else if (act === 'edit') {
      serial += 1;
      // A dashboard that makes up its views has none to patch.
      const path =
        kind === 'dashboard' && id === 'dashboard:map'
          ? [{ op: 'add', path: '/views', value: [] }]
          : (patches[kind]?.(value, serial) ?? []);
      await data(home.bench, 'ha_edit', { id, patch: path });
    } else {
      const preview = await data(home.bench, 'ha_delete', { ids: [id] });
      await data(home.bench, 'ha_delete', { ids: [id], confirm: preview['confirm'] });
      ids.splice(ids.indexOf(id), 1);
    }
    done += 1;
  }
  return done;
};

test('any 50 edits, undone, leave everything as it was to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 50 }), async (steps) => {
      const before = everything();
      const [newest] = await home.operations.changes.list();
      expect(await play(steps)).toBe(50);
      expect(changed(before, everything())).not.toEqual([]);
      const made = (await home.operations.changes.list()).filter(
        ({ id }) => newest === undefined || Number(id.slice(3)) > Number(newest.id.slice(3)),
      );
      for (let call = 0; call < 20; call += 1) {
        const reply = await data(home.bench, 'ha_undo', { mode: 'restore', since: new Date((made.at(-1)?.atMs ?? 0) - 1).toISOString() });
        expect(reply['failed'], JSON.stringify(reply)).toBeUndefined();
        if (reply['left'] === undefined) break;
      }
      expect(changed(before, everything())).toEqual([]);
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 600_000);
