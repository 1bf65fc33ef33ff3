// What is tolerated because it was there before the rule: counts by rule and file, kept in baselines/, which may only shrink.
import { readFileSync, writeFileSync } from 'node:fs';

/** @typedef {Record<string, Record<string, number>>} Counts How often a rule is broken, by rule, then by file; every rule is there. */

const sum = (files = {}) => Object.values(files).reduce((total, count) => total + count, 0);
const keys = (one = {}, other = {}) => [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();

/**
 * Where what was found differs from the baseline.
 * @returns {{ rule: string, file: string, allowed: number, found: number }[]} sorted by rule and file
 */
export const differences = (baseline, found) =>
  keys(baseline, found).flatMap((rule) =>
    keys(baseline[rule], found[rule])
      .map((file) => ({ rule, file, allowed: baseline[rule]?.[file] ?? 0, found: found[rule]?.[file] ?? 0 }))
      .filter((line) => line.allowed !== line.found),
  );

const sorted = (entries, value) =>
  Object.fromEntries(
    Object.keys(entries)
      .sort()
      .map((key) => [key, value(entries[key])]),
  );
const broken = (files) => Object.fromEntries(Object.entries(files).filter(([, count]) => count > 0));

/** Rules that are broken more often than the baseline allows in all. A use that moved to another file is not more; a new rule has no past. */
const grownRules = (baseline, found) => Object.keys(found).filter((rule) => baseline[rule] && sum(found[rule]) > sum(baseline[rule]));

/**
 * The next baseline: what was found. A rule that is kept at nothing stays in it, so that it cannot come back as a new one.
 * @throws Error when a rule is broken more often than before, wherever that is
 */
export const lowered = (baseline, found) => {
  const grown = grownRules(baseline, found).map((rule) => `${rule} (${sum(baseline[rule])} → ${sum(found[rule])})`);
  if (grown.length > 0) throw new Error(`A baseline only shrinks. There is more than before of: ${grown.join(', ')}`);
  return sorted(found, (files) => sorted(broken(files), (count) => count));
};

/**
 * Checks what was found against the baseline file, or lowers the file. Prints what to do.
 * @param {{ name: string, path: string, found: Counts, lower: boolean, advice: (rule: string) => string, where?: (rule: string, file: string) => string[] }} check
 * @returns {boolean} whether all is well
 */
export const holdBaseline = ({ name, path, found, lower, advice, where = () => [] }) => {
  const say = (text) => process.stderr.write(`${name}: ${text}\n`);
  const baseline = JSON.parse(readFileSync(path, 'utf8'));
  if (lower) {
    try {
      writeFileSync(path, `${JSON.stringify(lowered(baseline, found), null, 2)}\n`);
      say('the baseline is what the tree has');
      return true;
    } catch (error) {
      say(error.message);
      return false;
    }
  }
  const lines = differences(baseline, found);
  for (const { rule, file, allowed, found: count } of lines.filter((line) => line.found > line.allowed)) {
    say(`${file}: ${rule}, ${count} where ${allowed} ${allowed === 1 ? 'is' : 'are'} allowed. ${advice(rule)}`);
    for (const line of where(rule, file)) say(`    ${line}`);
  }
  const fewer = lines.filter((line) => line.found < line.allowed);
  for (const { rule, file, allowed, found: count } of fewer) say(`${file}: ${rule}, ${count} where ${allowed} are allowed`);
  if (fewer.length > 0) say('There are fewer than before. Lower the baselines: node tooling/run.mjs lower');
  const total = Object.values(found).reduce((all, files) => all + sum(files), 0);
  if (lines.length === 0) say(`nothing new; ${total} old ${total === 1 ? 'one' : 'ones'} left`);
  return lines.length === 0;
};
