// Samples of two trees, taken in turns, become rows: the new beside the old, with the ratio of new to old.
import { median, round } from './statistics.mjs';

/** A shorter time depends more on the machine than on us: it is shown and never fails. */
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

/** Of times the best counts: whatever else the machine does only adds to them. */
const figureOf = (unit, values) => (unit === 'ms' && values.length > 0 ? Math.min(...values) : median(values));

const rowOf = (row) => {
  const [now, before] = [figureOf(row.unit, row.new), figureOf(row.unit, row.old)];
  // Nothing on both sides is as before.
  const ratio = now !== undefined && now === before ? 1 : now / before;
  const gated = row.unit !== 'ms' || before >= gatedFromMs;
  return { key: row.key, unit: row.unit, new: now, old: before, ratio, gated, failed: row.failed };
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
  return `  ${key.padEnd(66)} ${side('new', now).padStart(12)} ${side('old', before).padStart(12)} ${(Number.isFinite(ratio) ? ratio.toFixed(2) : '–').padStart(6)}${note}`;
};
