import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root as repository } from '../bench/servers.mjs';
import { checkProofs } from './proofs.mjs';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sy-proofs-'));
  const lines = [
    "test('asks first', () => {});",
    'test.each([',
    "  ['a ghost', 1],",
    "])('%s', () => {});",
    "// test('only said', () => {});",
    "test.skip('not run', () => {});",
  ];
  await writeFile(join(root, 'a.test.ts'), lines.join('\n'));
  await writeFile(join(root, 'a.ts'), lines.join('\n'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const row = (title, file = 'a.test.ts') => ({ what: 'unlocking', provedBy: { file, title } });

test('a test or a row of one proves a behaviour', () => {
  expect(() => checkProofs(root, [row('asks first'), row('a ghost')])).not.toThrow();
});

test.each([
  ['a title that is not there', row('asks'), 'has no test "asks"'],
  ['a comment', row('only said'), 'has no test'],
  ['a test that is skipped', row('not run'), 'has no test'],
  ['a file that holds no tests', row('asks first', 'a.ts'), 'no file of tests'],
  ['a file that is not there', row('asks first', 'b.test.ts'), 'there is no b.test.ts'],
  ['no test at all', { what: 'unlocking' }, 'names no test'],
])('%s proves nothing', (_what, wrong, told) => {
  expect(() => checkProofs(root, [row('a ghost'), wrong])).toThrow(told);
});

test('every behaviour that the README tells of is proved', async () => {
  const peers = JSON.parse(await readFile(join(repository, 'tooling/bench/peers.json'), 'utf8'));
  const rows = Object.values(peers).flatMap(({ behaviour }) => behaviour);
  expect(rows.length).toBeGreaterThan(0);
  checkProofs(repository, rows);
});
