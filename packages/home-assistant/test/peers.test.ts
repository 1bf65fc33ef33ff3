import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { homeAssistantTools } from '@switchyard-mcp/home-assistant';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';
import { type PeerCall, type PeerRow, peers } from './peers.ts';

const names = new Set(homeAssistantTools.map((tool) => tool.name));
const doable = peers.rows.filter((row) => row.calls?.every((call) => names.has(call.tool)));

const blueprint = `blueprint:
  name: Motion light
  domain: automation
  input:
    sensor:
      name: Sensor
triggers:
  - trigger: state
    entity_id: !input sensor
actions: []
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-peers-'));
  vi.stubEnv('XDG_STATE_HOME', folder);
  // The simulator fetches blueprints as Core does; tests reach nothing beyond this machine.
  vi.stubGlobal('fetch', async () => new Response(blueprint));
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

const at = (value: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
      value,
    );

const filled = (args: PeerCall['args'], kept: ReadonlyMap<string, string>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(args), (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith('$') ? (kept.get(value.slice(1)) ?? value) : value,
  ) as Record<string, unknown>;

/** Runs the calls of a row one after another; the person agrees to whatever is asked. */
const run = async (home: InProcess, row: PeerRow): Promise<unknown> => {
  const kept = new Map<string, string>();
  let reply: Record<string, unknown> = {};
  for (const call of row.calls ?? []) {
    const args = filled(call.args, kept);
    reply = await home.call(call.tool, args);
    if (typeof reply['confirm'] === 'string') reply = await home.call(call.tool, { ...args, confirm: reply['confirm'] });
    for (const [name, pointer] of Object.entries(call.keep ?? {})) kept.set(name, String(at(reply, pointer)));
  }
  return reply;
};

test.each(doable.map((row) => [`${row.peer} ${row.tool}`, row] as const))('%s', async (_name, row) => {
  const home = await startInProcess({ settings: { raw: true }, ...(row.home === 'supervisor' ? { simulator: { supervisor: true } } : {}) });
  try {
    const text = JSON.stringify(await run(home, row));
    expect(row.shows).toBeTruthy();
    expect(text).toContain(row.shows);
    expect(text).not.toContain(home.simulator.token);
  } finally {
    await home.close();
  }
});

describe('the table', () => {
  test('has every tool of each peer once, done or left out with a reason', () => {
    for (const [peer, { tools }] of Object.entries(peers.peers)) {
      const rows = peers.rows.filter((row) => row.peer === peer);
      expect(new Set(rows.map((row) => row.tool)).size, peer).toBe(tools);
      expect(rows).toHaveLength(tools);
    }
    for (const row of peers.rows) expect((row.calls?.length ?? 0) > 0, row.tool).toBe((row.left_out ?? '').length < 20);
  });
  test('names only tools that exist: none of the rows was passed over', () => {
    const named = peers.rows.flatMap(({ calls }) => (calls ?? []).map(({ tool }) => tool));
    expect([...new Set(named)].filter((name) => !names.has(name))).toEqual([]);
    expect(doable).toHaveLength(peers.rows.filter(({ calls }) => calls).length);
  });
});
