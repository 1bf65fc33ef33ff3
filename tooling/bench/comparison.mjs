// Samples of two trees, taken in turns, become rows: the new beside the old, with the ratio of new to old.
import { median, round } from './statistics.mjs';

/** A shorter time is more the machine's doing than ours: it is shown and never fails. */
const gatedFromMs = 50;

/** Collects what is measured of both trees. */
export const samples = () => {
  const byRow = new Map();
  const at = (key, unit) => {
    const row = byRow.get(key) ?? { key, unit, new: [], old: [], failed: {} };
    byRow.set(key, row);
    return row;
  };
  return {
    /** @param {'new' | 'old'} side */
    add: (side, { key, unit, value }) => at(key, unit)[side].push(value),
    /** What one tree could not do. */
    fail: (side, { key, unit, why }) => {
      at(key, unit).failed[side] = why;
    },
    rows: () => [...byRow.values()].map(rowOf),
  };
};

/** Times go by pairs of the same round, so that a busy moment hits both; the rest by medians. */
const ratioOf = ({ unit, new: now, old: before }) => {
  if (now.length === 0 || before.length === 0) return Number.NaN;
  const pairs = now.slice(0, before.length).map((value, i) => value / before[i]);
  const ratio = unit === 'ms' ? median(pairs) : median(now) / median(before);
  // Nothing on both sides is as before.
  return Number.isNaN(ratio) && median(now) === median(before) ? 1 : ratio;
};

const rowOf = (row) => {
  const [now, before] = [median(row.new), median(row.old)];
  const gated = row.unit !== 'ms' || before >= gatedFromMs;
  return { key: row.key, unit: row.unit, new: now, old: before, ratio: ratioOf(row), gated, failed: row.failed };
};

/**
 * Why the new tree is worse: a task that only the old one can do, and, with a limit, every gated ratio above it.
 * @param {number | undefined} limit such as 1.1
 */
export const worse = (rows, limit) =>
  rows.flatMap(({ key, ratio, gated, failed }) => {
    if (failed.new !== undefined) return failed.old === undefined ? [`${key}: only the old one can (${failed.new})`] : [];
    return limit !== undefined && gated && ratio > limit ? [`${key}: ${round(ratio)} is more than ${limit}`] : [];
  });

const shown = (value, unit) =>
  value === undefined || Number.isNaN(value) ? 'not known' : `${round(value, unit === 'ms' ? 1 : 0)} ${unit}`;

/** A row as a line of text. */
export const lineOf = ({ key, unit, new: now, old: before, ratio, gated, failed }) => {
  const side = (name, value) => (failed[name] === undefined ? shown(value, unit) : 'failed');
  const note = gated ? '' : '  (short: never fails)';
  return `  ${key.padEnd(66)} ${side('new', now).padStart(12)} ${side('old', before).padStart(12)} ${(Number.isNaN(ratio) ? '–' : ratio.toFixed(2)).padStart(6)}${note}`;
};
