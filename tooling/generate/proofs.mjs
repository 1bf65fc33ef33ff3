// A row of behaviour is typed by hand; the test it names is what makes it true.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A test of that title, or a row of a `test.each` that begins with it. One that is skipped proves nothing, nor does a comment. */
const hasTest = (text, title) => new RegExp(`^\\s*(?:(?:test|it)\\(|\\[)\\s*(['"\`])${escaped(title)}\\1,`, 'm').test(text);

const problemOf = (root, { what, provedBy }) => {
  if (!provedBy?.file || !provedBy.title) return `"${what}" names no test in provedBy`;
  const { file, title } = provedBy;
  if (!/\.test\.m?[jt]s$/.test(file)) return `"${what}": ${file} is no file of tests`;
  try {
    return hasTest(readFileSync(join(root, file), 'utf8'), title) ? undefined : `"${what}": ${file} has no test "${title}"`;
  } catch {
    return `"${what}": there is no ${file}`;
  }
};

/** Throws, naming each, when rows of behaviour are proved by no test that is there. */
export const checkProofs = (root, rows) => {
  const problems = rows.map((row) => problemOf(root, row)).filter(Boolean);
  if (problems.length > 0) throw new Error(`tooling/bench/peers.json: ${problems.join('; ')}`);
};
