import { isToolError } from '@switchyard-mcp/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyFrom, parseYaml, writeYaml } from './yaml.ts';

const refusal = async (text: string): Promise<string> => {
  const error: unknown = await bodyFrom(text).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error('no refusal');
  return JSON.stringify(error.fields);
};

describe('reading', () => {
  test('words stay words, times stay times', async () => {
    expect(await parseYaml('to: on\nat: 12:30:00\nfor: "00:05"\nn: 5')).toEqual({ to: 'on', at: '12:30:00', for: '00:05', n: 5 });
  });
  test('anchors, merge keys, comments, a list of one', async () => {
    expect(await bodyFrom('base: &b\n  x: 1\nuse:\n  <<: *b # comment\n  y: 2')).toEqual({ base: { x: 1 }, use: { x: 1, y: 2 } });
    expect(await bodyFrom('- alias: A')).toEqual({ alias: 'A' });
  });
  test('!input becomes visible and is written back', async () => {
    const body = await bodyFrom('entity_id: !input leader');
    expect(body).toEqual({ entity_id: { '!input': 'leader' } });
    expect(await writeYaml(body)).toBe('entity_id: !input leader\n');
  });
  test.each(['a: !secret token', 'a: !include x.yaml', 'a: !env_var HOME', 'a: !unknown x'])('%s is refused', async (text) => {
    expect(await refusal(text)).toMatch(/!(secret|include|env_var|unknown)/);
  });
  test.each(['a: [1', 'a: b: c', 'just words', '- 1\n- 2', 'a: 1\na: 2'])('%j is refused', async (text) => {
    expect(await refusal(text)).toContain('"sideEffects":"none"');
  });
  test('a text that repeats itself without end is refused', async () => {
    const laughs = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`).join(',')}]`),
    ].join('\n');
    expect(await refusal(laughs)).toContain('cannot be read');
  });
});

describe('writing', () => {
  test('what other readers of YAML would take for something else is quoted', async () => {
    const text = await writeYaml({ to: 'on', at: '12:30:00', yes: 'no', count: '5', long: 'x '.repeat(200) });
    expect(text).toContain('to: "on"');
    expect(text).toContain('at: "12:30:00"');
    expect(text).toContain('count: "5"');
    expect(text.split('\n')).toHaveLength(6);
  });
  test('any body comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__' && key !== '<<'),
          fc.jsonValue({ maxDepth: 3 }),
        ),
        async (body) => {
          // JSON knows no -0.
          expect(JSON.parse(JSON.stringify(await parseYaml(await writeYaml(body))))).toEqual(JSON.parse(JSON.stringify(body)));
        },
      ),
      { numRuns: 100 },
    );
  });
});
