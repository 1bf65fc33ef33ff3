import { ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { snapshotTool } from './snapshot.ts';
import { templateTool } from './template.ts';

const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const things = [
  { name: 'Door', state: stateNow('camera.door', 'idle') },
  { name: 'Yard', state: stateNow('camera.yard', 'unavailable') },
  { name: 'Lamp', state: stateNow('light.lamp', 'on') },
];
const snap = (id: string, bytes: Uint8Array = jpeg, mimeType = 'image/jpeg') =>
  snapshotTool.handler({ id }, fakeContext(fakeHome(things, { image: async () => ({ mimeType, bytes }) })));
const code = (wanted: string) => ({ fields: { code: wanted, sideEffects: 'none' } });

test('a picture comes as it is, its kind told by its bytes', async () => {
  const { data, images } = await snap('door', jpeg, 'image/png');
  expect(data).toMatchObject({ id: 'camera.door', size_kb: 0 });
  expect(images).toEqual([{ mimeType: 'image/jpeg', data: Buffer.from(jpeg).toString('base64') }]);
});

test('what is no picture says why', async () => {
  await expect(snap('camera.yard')).rejects.toMatchObject(code('upstream_unavailable'));
  await expect(snap('light.lamp')).rejects.toMatchObject(code('invalid_input'));
  await expect(snap('camera.door', new Uint8Array())).rejects.toMatchObject(code('upstream_error'));
  await expect(snap('camera.door', Uint8Array.from([...jpeg, ...new Uint8Array(1_000_000)]))).rejects.toMatchObject({
    fields: { code: 'unsupported', what: expect.stringContaining('cannot make it smaller') },
  });
  await expect(snap('camera.door', Buffer.from('<svg/>'), 'image/svg+xml')).rejects.toMatchObject({
    fields: { code: 'unsupported', what: expect.stringContaining('image/svg+xml') },
  });
});

const render = (template: string, answer: () => unknown) =>
  templateTool.handler({ template }, fakeContext(fakeHome([], { renderTemplate: async () => answer() })));

test('a template gives its result, long ones cut with their length', async () => {
  expect((await render('{{ 1 + 1 }}', () => 2)).data).toEqual({ result: 2 });
  expect((await render('x', () => 'x'.repeat(10_000))).data).toMatchObject({ cut: 'the first 8000 of 10000 characters' });
});

test.each([
  ["UndefinedError: 'froth' is undefined", 2, '{{ froth + 1 }}'],
  ["TemplateSyntaxError: unexpected '}' line 3", 3, '{{ 5 }'],
])('%s names the line', async (why, line, got) => {
  const fail = () => {
    throw new ToolError({ code: 'invalid_input', what: 'The template could not be rendered', why });
  };
  await expect(render('{% set a = 1 %}\n{{ froth + 1 }}\n{{ 5 }', fail)).rejects.toMatchObject({
    fields: { why, issues: [{ path: `template line ${line}`, got }] },
  });
});

test('a refusal that is not about the text stays as it is', async () => {
  const refusal = new ToolError({ code: 'permission_denied', what: 'The template was refused.' });
  await expect(
    render('x', () => {
      throw refusal;
    }),
  ).rejects.toBe(refusal);
});
