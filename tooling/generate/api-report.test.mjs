import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiReport } from './api-report.mjs';

const manifest = {
  name: '@x/toy',
  type: 'module',
  exports: { '.': { types: './index.d.ts', default: './index.js' }, './deep': { types: './deep.d.ts', default: './deep.js' } },
};
let folder;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'switchyard-api-')));
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = (files) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return apiReport({ folder, manifest });
};
const chunk = `
interface Hidden { readonly deep: number; }
interface Unused { readonly never: true; }
/** What a lamp is. */
interface Lamp { readonly id: string; readonly hidden: Hidden; }
declare const lampOf: (id: string) => Lamp;
declare class Room { #private; add(lamp: Lamp): void; }
export { type Lamp as L, lampOf as a, Room as R };
`;

test('every export of every entry with its signature, by name; what they reach; nothing else', () => {
  const text = report({
    'chunk.d.ts': chunk,
    'index.d.ts': "export { L as Lamp, a as lampOf } from './chunk.js';\n",
    'deep.d.ts': "export { R as Room, L as Lamp } from './chunk.js';\n",
  });
  expect(text).toContain(
    '## @x/toy\n\n2 exports\n\n```ts\ninterface Lamp {\n    readonly id: string;\n    readonly hidden: Hidden;\n}\n\nconst lampOf: (id: string) => Lamp;\n```',
  );
  expect(text).toContain('## @x/toy/deep\n\n2 exports\n\n```ts\n// Lamp: as in @x/toy\n\nclass Room {\n    add(lamp: Lamp): void;\n}\n```');
  expect(text).toContain('## Reached, not exported\n\n```ts\ninterface Hidden {\n    readonly deep: number;\n}\n```');
  expect(text).not.toMatch(/Unused|What a lamp is|private/);
});

test('a changed signature changes the report, a changed comment does not', () => {
  const files = { 'index.d.ts': "export { a as lampOf } from './chunk.js';\n", 'deep.d.ts': 'export {};\n' };
  const before = report({ ...files, 'chunk.d.ts': chunk });
  expect(report({ ...files, 'chunk.d.ts': chunk.replace('What a lamp is', 'A lamp') })).toBe(before);
  expect(report({ ...files, 'chunk.d.ts': chunk.replace('(id: string)', '(id: string, room?: string)') })).not.toBe(before);
});

test('a package that is not built is an error', () => {
  expect(() => report({})).toThrow('build first');
});
