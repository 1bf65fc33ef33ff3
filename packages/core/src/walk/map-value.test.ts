import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Redactor } from '../security/redactor.ts';
import { cleanDeep } from '../security/untrusted-text.ts';
import { mapText, mapValue, tooDeepText } from './map-value.ts';

const nested = (levels: number, inside: unknown): unknown => {
  let value = inside;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? { in: value } : [value];
  return value;
};

test('a copy in which nothing is changed equals any JSON, and the value is not touched', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const before = JSON.stringify(value);
      expect(JSON.stringify(mapText(value, (text) => text))).toBe(before);
      mapText(value, () => 'changed');
      expect(JSON.stringify(value)).toBe(before);
    }),
    { seed: 2 },
  );
});

test('texts and keys are changed, in order; dates are texts', () => {
  const value = { a: ['b', 1, null, true], c: { d: new Date(0) } };
  const copy = mapText(value, (text) => text.toUpperCase());
  expect(JSON.stringify(copy)).toBe('{"A":["B",1,null,true],"C":{"D":"1970-01-01T00:00:00.000Z"}}');
});

test('members can be left out, and what is under a key has a context of its own', () => {
  const copy = mapValue(
    { keep: 1, drop: { x: 1 }, secret: { y: [2] } },
    {
      context: false,
      within: (key, inside) => inside || key === 'secret',
      leaf: (value, inside) => (inside ? '***' : value),
      key: (key) => (key === 'drop' ? undefined : key),
      beyond: undefined,
    },
  );
  expect(copy).toEqual({ keep: 1, secret: { y: ['***'] } });
});

test('a key of the language stays a key, in the copy as well', () => {
  const copy = mapText(JSON.parse('{"__proto__": {"polluted": "yes"}}'), (text) => text) as object;
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":"yes"}}');
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

describe('past the limits nothing gets through', () => {
  const secret = 'canary-4f9d2c7e81b6';
  const redactor = new Redactor();
  redactor.keep(secret);
  const invisible = 'a\u200bb\u202ec';

  test.each([10, 199, 200, 201, 5000, 200_000])('%i levels deep', (levels) => {
    const shown = JSON.stringify(
      redactor.redactDeep(cleanDeep({ deep: nested(levels, { [secret]: secret, text: invisible }), last: secret })),
    );
    expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/[\u200b\u202e]/);
    expect(shown).toContain('"last":"[redacted]"');
    expect(shown.includes(tooDeepText)).toBe(levels >= 200);
  });
  test('one that holds itself, and one that is too large', () => {
    const loop: Record<string, unknown> = { a: 'x' };
    loop['self'] = loop;
    expect(mapText(loop, (text) => text)).toEqual({ a: 'x', self: tooDeepText });
    expect(mapText(['a', 'b', 'c'], (text) => text, { nodes: 3 })).toEqual(['a', 'b', tooDeepText]);
  });
});
