import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditEntry, openAuditLog, verifyAuditLog } from './audit-log.ts';

const entry: AuditEntry = { phase: 'intent', tool: 't', principal: 'local', level: 'control', callId: 'c1', args: { id: 'light.hall' } };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('lines are private and chained', () => {
  const log = openAuditLog(join(root, 'trail'));
  log.append(entry);
  log.append({ ...entry, phase: 'outcome', outcome: 'reply', durationMs: 3 });
  log.close();
  expect(statSync(log.file).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, 'trail')).mode & 0o777).toBe(0o700);
  expect(verifyAuditLog(log.file)).toEqual([]);
  expect(readFileSync(log.file, 'utf8').trim().split('\n')).toHaveLength(2);
});

test.each([
  [
    'a changed word',
    (lines: string[]) => lines.map((line, index) => (index === 1 ? line.replace('light.hall', 'light.attic') : line)),
    [2],
  ],
  ['a line taken out', (lines: string[]) => lines.filter((_, index) => index !== 1), [2]],
  ['a broken line', (lines: string[]) => lines.map((line, index) => (index === 0 ? line.slice(0, 20) : line)), [1]],
])('%s is found', (_what, tamper, bad) => {
  const log = openAuditLog(root);
  for (let count = 0; count < 3; count += 1) log.append(entry);
  log.close();
  writeFileSync(log.file, `${tamper(readFileSync(log.file, 'utf8').trim().split('\n')).join('\n')}\n`);
  expect(verifyAuditLog(log.file)).toEqual(bad);
});

test('the chain goes on in the file after a rotation', () => {
  const log = openAuditLog(root, { maxBytes: 300 });
  for (let count = 0; count < 5; count += 1) log.append(entry);
  log.close();
  const files = readdirSync(root).map((name) => join(root, name));
  expect(files.length).toBeGreaterThan(1);
  expect(files.flatMap(verifyAuditLog)).toEqual([]);
  const ends = (file: string): [string, string] => {
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { prev: string; hash: string });
    return [lines[0]?.prev ?? '', lines.at(-1)?.hash ?? ''];
  };
  expect(ends(`${log.file}.2`)[0]).toBe(ends(`${log.file}.1`)[1]);
});

test('two trails of one process in the same second have files of their own', () => {
  const now = (): Date => new Date(0);
  const [one, two] = [openAuditLog(root, { now }), openAuditLog(root, { now })];
  one.append(entry);
  two.append(entry);
  one.append(entry);
  expect(one.file).not.toBe(two.file);
  expect([one.file, two.file].flatMap(verifyAuditLog)).toEqual([]);
  one.close();
  two.close();
});

test('a folder that went away makes the write throw', () => {
  const log = openAuditLog(join(root, 'gone'));
  rmSync(join(root, 'gone'), { recursive: true });
  expect(() => log.append(entry)).toThrow();
});

test.runIf(process.platform === 'linux')('a folder that nobody can make is an error, not a wait without end', () => {
  expect(() => openAuditLog('/proc/switchyard-none/audit')).toThrow('ENOENT');
});
