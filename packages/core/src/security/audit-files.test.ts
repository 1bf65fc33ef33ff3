import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pruneAuditFiles, verifyAuditFiles } from './audit-files.ts';
import { type AuditEntry, openAuditLog } from './audit-log.ts';

const entry: AuditEntry = { phase: 'intent', tool: 't', principal: 'local', level: 'control', callId: 'c1' };
const dayMs = 86_400_000;
/** A process that has ended. */
const gone = spawnSync(process.execPath, ['-e', '0']).pid;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'audit-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const old = (day: number, { pid = gone, ageDays = 2, ending = '' } = {}): string => {
  const name = `audit-2026-01-${String(day).padStart(2, '0')}T101112-${pid}.jsonl${ending}`;
  writeFileSync(join(root, name), '');
  const at = (Date.now() - ageDays * dayMs) / 1000;
  utimesSync(join(root, name), at, at);
  return name;
};

test('the oldest beyond the number go, with what was rotated out of them; other files stay', () => {
  old(1);
  old(1, { ending: '.1' });
  old(2);
  const kept = [old(3), old(4)];
  writeFileSync(join(root, 'notes.txt'), '');
  pruneAuditFiles(root, { most: 2 });
  expect(readdirSync(root)).toEqual([...kept, 'notes.txt']);
});

test('what is older than half a year goes however few there are', () => {
  old(1, { ageDays: 181 });
  const kept = old(2, { ageDays: 179 });
  pruneAuditFiles(root);
  expect(readdirSync(root)).toEqual([kept]);
});

test('a file that may be in use stays: its process runs, or it was just written', () => {
  const log = openAuditLog(root);
  log.append(entry);
  log.close();
  utimesSync(log.file, 0, 0);
  const kept = [basename(log.file), old(2, { ageDays: 0 })];
  pruneAuditFiles(root, { most: 0 });
  expect(readdirSync(root).sort()).toEqual(kept.sort());
  pruneAuditFiles(join(root, 'nowhere'));
});

test('a process of today with the id of an old one does not keep its file', () => {
  old(1, { pid: process.pid, ageDays: 400 });
  pruneAuditFiles(root);
  expect(readdirSync(root)).toEqual([]);
});

test('an audit log whose file was removed continues in a new one, and the gap is found', () => {
  const log = openAuditLog(root);
  log.append(entry);
  rmSync(log.file);
  log.append(entry);
  log.close();
  expect(verifyAuditFiles(root)).toEqual([{ file: log.file, lines: 1, bad: [], beginsLate: true }]);
});

test('a whole audit log holds; a changed line and a removed rotated file are found', () => {
  const log = openAuditLog(root, { maxBytes: 300 });
  for (let count = 0; count < 7; count += 1) log.append(entry);
  log.close();
  const found = verifyAuditFiles(root);
  expect(found.length).toBeGreaterThan(2);
  expect(found.at(-1)?.file).toBe(log.file);
  expect(found.every(({ bad, beginsLate }) => bad.length === 0 && !beginsLate)).toBe(true);
  const first = `${log.file}.1`;
  const text = readFileSync(first, 'utf8');
  writeFileSync(first, text.replace('local', 'remote'));
  expect(verifyAuditFiles(root)[0]).toMatchObject({ bad: [1] });
  rmSync(first);
  expect(verifyAuditFiles(root).map(({ file, beginsLate }) => [basename(file), beginsLate])[0]).toEqual([`${basename(log.file)}.2`, true]);
});
