import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rules, usesIn } from './word-rules.mjs';

const found = (text) => usesIn(text).map((use) => use.not);

test.each([
  ["what: 'Mend the certificate'", 'mend'],
  ['const sealedStore = open();', 'sealed'],
  ['returns [id, before, after] as really seen', 'as really seen'],
  ['what: \'There is no area "x"\'', 'is no X, there is no X'],
  ['// That is\n  // no token', 'is no X, there is no X'],
  ['audit-trail.ts', 'trail'],
  ['# Not done yet', 'not done yet'],
  ['`got ${JSON.stringify(given)}, expected one of ${list}`', 'got X, expected Y'],
  ['The person did not agree', 'the person did not agree'],
  ['It does not exist for this server', 'does not exist for this server'],
  ['const act = 1;', 'act, deed (nouns)'],
  ['const securityActsOf = 1;', 'act, deed (nouns)'],
  ['SECURITY_ACT', 'act, deed (nouns)'],
  ["'first\\nact'", 'act, deed (nouns)'],
  ['deedOf(x)', 'act, deed (nouns)'],
  ['log in anew', 'anew'],
  ['where it stands', 'stands, stood'],
  ['where the file lies', 'lies, lie'],
  ['is told that', 'told, tells (of software)'],
  ['it tells how', 'told, tells (of software)'],
])('%s', (text, rule) => {
  expect(found(text)).toEqual([rule]);
});

test.each([
  'exactly this action, activity, contract, facts, React, actor',
  'is no longer there, is no more than 5',
  'a trailing slash, a trailer',
  'recommends an amendment',
  'this notion',
  'understands, families, replies, untold',
  'Tell the user what changed.',
  'https://example.test/path',
])('%s is allowed', (text) => {
  expect(found(text)).toEqual([]);
});

test('a use has its line', () => {
  expect(usesIn('one\n  two lies\n')).toEqual([{ not: 'lies, lie', line: 2, text: 'two lies' }]);
});

test('the table of CONTRIBUTING.md is these rules, and its words are not counted', () => {
  const page = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'CONTRIBUTING.md'), 'utf8');
  const table = /<!-- words -->([\s\S]*?)<!-- \/words -->/.exec(page)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].slice(2).map(([, write, not]) => ({ write, not }));
  expect(rows).toEqual(rules.map(({ write, not }) => ({ write, not })));
  expect(found(page)).toEqual([]);
});
