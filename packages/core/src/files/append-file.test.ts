import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAppendFile } from './append-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sy-append-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const path = (): string => join(folder, 'lines');
const text = (name = 'lines'): string => readFileSync(join(folder, name), 'utf8');

test('nothing is made before the first line; then the file is its owner’s only', () => {
  const file = openAppendFile(path());
  expect(() => statSync(path())).toThrow('ENOENT');
  file.append('a\n');
  file.close();
  expect(statSync(path()).mode & 0o777).toBe(0o600);
  file.append('b\n');
  expect([text(), file.size()]).toEqual(['a\nb\n', 4]);
  file.close();
});

test('half a line stays half a line', () => {
  writeFileSync(path(), 'a\nhal');
  const file = openAppendFile(path());
  file.append('b\n');
  appendFileSync(path(), 'ha');
  file.append('c\n');
  file.close();
  expect(text()).toBe('a\nhal\nb\nha\nc\n');
});

test('after a rotation, and when the file was removed, a new one is begun', () => {
  const file = openAppendFile(path());
  file.append('a\n');
  file.rotateTo(`${path()}.1`);
  file.append('b\n');
  expect([text('lines.1'), text()]).toEqual(['a\n', 'b\n']);
  rmSync(path());
  file.append('c\n');
  file.close();
  expect(text()).toBe('c\n');
});

test.skipIf(process.platform === 'win32')('a symbolic link is refused', () => {
  writeFileSync(join(folder, 'other'), '');
  symlinkSync(join(folder, 'other'), path());
  expect(() => openAppendFile(path()).append('a\n')).toThrow('ELOOP');
  expect(text('other')).toBe('');
});
