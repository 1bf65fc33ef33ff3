/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`. */
export const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

/** Lower case without diacritics: "Küche" and "kuche" are the same word to a person who types. */
export const foldText = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l');

const wordsOf = (text: string): readonly string[] =>
  foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** 0 (nothing alike) to 1 (the same after folding). */
const likeness = (wanted: string, candidate: string): number => {
  const a = foldText(wanted).slice(0, 64);
  const b = foldText(candidate).slice(0, 64);
  if (a === b) return 1;
  const whole = 1 - editDistance(a, b) / Math.max(a.length, b.length, 1);
  const mine = wordsOf(wanted);
  const theirs = wordsOf(candidate);
  if (mine.length === 0 || theirs.length === 0) return whole;
  const hits = mine.reduce(
    (sum, word) => sum + Math.max(...theirs.map((other) => 1 - editDistance(word, other) / Math.max(word.length, other.length))),
    0,
  );
  return Math.max(whole, (hits / mine.length) * 0.95);
};

/** At most this many candidates are compared by edits; beyond it a shared fragment must first let one in. */
const compareLimit = 5000;

/**
 * The candidates a person most likely meant, best first. Give it only what the caller may see:
 * a suggestion must never reveal what a filter hides.
 */
export const nearMisses = (wanted: string, candidates: Iterable<string>, max = 5): readonly string[] => {
  let pool = [...new Set(candidates)];
  if (pool.length > compareLimit) {
    const fragments = wordsOf(wanted).flatMap((word) => [word.slice(0, 3), word.slice(-3)]);
    pool = pool.filter((name) => fragments.some((fragment) => foldText(name).includes(fragment))).slice(0, compareLimit);
  }
  return pool
    .map((name) => ({ name, score: likeness(wanted, name) }))
    .filter(({ score }) => score >= 0.6)
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .slice(0, max)
    .map(({ name }) => name);
};
