import { ToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeContext, fakeHome } from '../../test/doubles/fake-home.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { templateTool } from './template.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a text, a number, a list, and a template that is wrong', async () => {
    expect(await replies.reply('ha_template', { template: "{{ states('lock.front_door') }}" })).toMatchSnapshot();
    expect(await replies.reply('ha_template', { template: '{{ 6 * number }}', variables: { number: 7 } })).toMatchSnapshot();
    expect(await replies.reply('ha_template', { template: "{{ ['a', 1] }}" })).toMatchSnapshot();
    expect(await replies.reply('ha_template', { template: '{{ states( }}' })).toMatchSnapshot();
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
