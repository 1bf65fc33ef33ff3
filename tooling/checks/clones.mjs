// Code that is there twice, as jscpd's detector sees it. Imports, comments and blanks do not count.
import { Detector, MemoryStore, weak } from '@jscpd/core';
import { Tokenizer } from '@jscpd/tokenizer';

/** The same file may import the same things as another. Lines keep their numbers. */
const withoutImports = (text) => text.replace(/^import\b[^;]*?from\s*'[^']+';$/gm, (statement) => statement.replace(/[^\n]/g, ''));
const linesOf = ({ duplicationA: { start, end } }) => end.line - start.line + 1;
const longEnough = { validate: (clone, { minLines }) => ({ status: linesOf(clone) >= minLines }) };

/**
 * Finds clones among files of TypeScript.
 * @param {{ path: string, text: string }[]} files
 * @param {{ minTokens: number, minLines: number }} limits what is shorter than either does not count
 * @returns {Promise<{ pair: string, lines: number, places: [string, string] }[]>} with both places as path:line
 */
export const clonesIn = async (files, limits) => {
  const options = { ...limits, maxLines: 100_000, mode: weak, format: ['typescript'] };
  const detector = new Detector(new Tokenizer(), new MemoryStore(), [longEnough], options);
  const clones = [];
  for (const { path, text } of files) clones.push(...(await detector.detect(path, withoutImports(text), 'typescript')));
  return clones.map((clone) => {
    const parts = [clone.duplicationA, clone.duplicationB].map(({ sourceId, start }) => ({
      path: sourceId,
      at: `${sourceId}:${start.line}`,
    }));
    const [one, other] = parts.sort((a, b) => a.at.localeCompare(b.at));
    return { pair: `${one.path} and ${other.path}`, lines: linesOf(clone), places: [one.at, other.at] };
  });
};
