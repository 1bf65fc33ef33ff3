import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';

let home: InProcess;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-organize-'));
  home = await startInProcess({ stateFolder: folder });
});
afterAll(async () => {
  await home?.close();
  await rm(folder, { recursive: true, force: true });
});

const entry = (id: string) => ({ ...home.simulator.home.registries.entities.get(id), modified_at: undefined });

test('two changes of one call come back by its one handle', async () => {
  const ids = ['light.kitchen_lights', 'light.bed_light'];
  const before = ids.map(entry);
  const reply = await home.call('ha_organize', {
    changes: [
      { ids: ids.slice(0, 1), set: { icon: 'mdi:stove', aliases: ['Stove lamp'] } },
      { ids: ids.slice(1), set: { name: 'Night light' } },
      { ids: ['label:Quiet'], op: 'create' },
    ],
  });
  expect(reply).toMatchObject({ done: 3, failed: 0, undo: expect.stringMatching(/^ch-\d+$/) });
  expect(ids.map(entry)).not.toEqual(before);
  expect(await home.call('ha_undo', { mode: 'diff', change: reply['undo'] })).toMatchObject({ total: 3 });
  expect(await home.call('ha_undo', { mode: 'restore', change: reply['undo'] })).toMatchObject({ undone: 3 });
  expect(ids.map(entry)).toEqual(before);
  expect([...home.simulator.home.registries.labels.values()].map(({ name }) => name)).not.toContain('Quiet');
});
