import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { ToolLike } from './contract.ts';
import { looseOutputs } from './output-schemas.ts';
import { snapshotProblems } from './snapshot-coverage.ts';
import { wholeReply } from './whole-reply.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-snapshots-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a reply is shown whole, without what chance made', () => {
  const png = Buffer.alloc(32);
  png.writeUInt32BE(640, 16);
  png.writeUInt32BE(360, 20);
  const data = {
    id: '01JD1Z0000ABCDEFGHJKMNPQRS',
    same: 'after 01JD1Z0000ABCDEFGHJKMNPQRS and 01JD1Z0000ABCDEFGHJKMNPQRT',
    at: 'http://127.0.0.1:45678/x',
    waited_s: 1.3,
    confirm: 'abcdefghijkl.ABCDEFGHIJKLMNOPQRSTUV',
  };
  const images = [{ mimeType: 'image/png', data: png.toString('base64') }];
  expect(wholeReply('t_get', { id: 1 }, { kind: 'reply', data, images })).toMatchInlineSnapshot(`
    "> t_get {"id":1}
    reply
    {"id":"<ulid>","same":"after <ulid> and <ulid 2>","at":"http://127.0.0.1:<port>/x","waited_s":"<seconds>","confirm":"<token>"}
    image/png 640×360"
  `);
  expect(wholeReply('t_get', {}, { kind: 'reply', data: { confirm: 'x', expires: '120 s' }, images: [] })).toContain('\npreview\n');
  expect(wholeReply('t_get', {}, { kind: 'error', text: 'No.', structured: { error: {} } })).toBe('> t_get {}\nerror\nNo.\n{"error":{}}');
});

test('a schema that lets a field through is found, wherever it is', () => {
  const found = (output: z.ZodType) => looseOutputs([{ name: 't', output }]);
  expect(found(z.strictObject({ a: z.array(z.string()), by: z.record(z.string(), z.number()), b: z.json() }))).toEqual([]);
  expect(found(z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]))).toEqual([]);
  expect(found(z.object({ a: z.string() }).catchall(z.strictObject({ b: z.string() })))).toEqual([]);
  expect(found(z.object({ a: z.string() }).catchall(z.json()))).toEqual(['t: reply is not strict']);
  const twice = z.lazy(() => z.looseObject({ b: z.string() }));
  expect(found(z.lazy(() => z.strictObject({ a: twice, b: z.array(twice) })))).toEqual([
    't: reply.a is not strict',
    't: reply.b[] is not strict',
  ]);
  expect(found(z.looseObject({}))).toEqual(['t: reply is not strict']);
  expect(found(z.object({ a: z.string() }))).toEqual(['t: reply is not strict']);
  expect(found(z.record(z.string(), z.string()))).toEqual(['t: the reply has no named fields']);
  expect(found(z.strictObject({ rows: z.array(z.array(z.unknown())) }))).toEqual(['t: reply.rows[][] is anything']);
  expect(found(z.strictObject({ a: z.union([z.string(), z.looseObject({ b: z.string() })]) }))).toEqual(['t: reply.a is not strict']);
});

const tool: ToolLike = {
  name: 't_set_lamp',
  title: 'Lamp',
  description: 'Sets a lamp.',
  toolset: 'lamps',
  level: 'operate',
  effect: 'change',
  confirm: 'depends',
};

test('a tool without a test file, a reply of each op, an error or a question is found', async () => {
  const inputSchema = () => ({ properties: { op: { enum: ['on', 'off'] } } });
  const problems = () => snapshotProblems([tool], { folder, prefix: 't', inputSchema });
  expect(problems()).toEqual(['t_set_lamp: no test file set-lamp.test.ts']);
  await writeFile(join(folder, 'set-lamp.test.ts'), '');
  expect(problems()).toHaveLength(5);
  await mkdir(join(folder, '__snapshots__'));
  const shown = ['{"op":"on"}\nreply\n', '{"op":"blink"}\nerror\n', '{"op":"off"}\npreview\n'];
  const text = shown.map((each, index) => `exports[\`x ${index}\`] = \`\n"> t_set_lamp ${each}{}"\n\`;\n`).join('\n');
  await writeFile(join(folder, '__snapshots__', 'set-lamp.test.ts.snap'), text);
  expect(problems()).toEqual(['t_set_lamp: no snapshot of a whole reply of op off']);
});
