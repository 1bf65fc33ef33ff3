import { expect, test } from 'vitest';
import { clonesIn } from './clones.mjs';

const limits = { minTokens: 20, minLines: 4 };
const body = `export const total = (items) => {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  if (sum > 100) sum -= 5;
  return sum;
};
`;
const file = (path, text) => ({ path, text });

test('the same code in two files is one clone, with both places', async () => {
  const found = await clonesIn([file('a.ts', body), file('deep/b.ts', `const before = 1;\n\n${body}`)], limits);
  expect(found).toEqual([{ pair: 'a.ts and deep/b.ts', lines: expect.any(Number), places: ['a.ts:1', 'deep/b.ts:3'] }]);
});

test('comments and blanks do not hide a clone', async () => {
  const commented = body.replace('let sum', '// what it comes to\n  let   sum');
  expect(await clonesIn([file('a.ts', body), file('b.ts', commented)], limits)).toHaveLength(1);
});

test('the same twice in one file is a clone', async () => {
  expect(await clonesIn([file('a.ts', `${body}\n${body}`)], limits)).toHaveLength(1);
});

test('what is short, or only imports, is none', async () => {
  const imports = "import {\n  a,\n  b,\n  c,\n  d,\n  e,\n  f,\n  g,\n  h,\n  i,\n  j,\n} from './x.ts';\n";
  expect(await clonesIn([file('a.ts', `${imports}export const x = a;`), file('b.ts', `${imports}export const y = b;`)], limits)).toEqual(
    [],
  );
  expect(await clonesIn([file('a.ts', body), file('b.ts', body)], { minTokens: 500, minLines: 4 })).toEqual([]);
  expect(await clonesIn([file('a.ts', body), file('b.ts', body)], { minTokens: 20, minLines: 40 })).toEqual([]);
});
