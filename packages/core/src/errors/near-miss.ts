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

/** Nothing to fold but case: most names of most homes, and there can be tens of thousands. */
const plainText = /^[\x20-\x7e]*$/;

/** Lower case without diacritics: "Küche" and "kuche" are the same word to a person who types. */
export const foldText = (text: string): string =>
  plainText.test(text)
    ? text.toLowerCase()
    : text
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

/** Below this nobody would say that the one was meant by the other. */
const enough = 0.6;

/** How alike two texts of these lengths can be at most: each missing letter is an edit. */
const mostAlike = (a: string, b: string): number => 1 - Math.abs(a.length - b.length) / Math.max(a.length, b.length, 1);
const alike = (a: string, b: string): number => 1 - editDistance(a, b) / Math.max(a.length, b.length, 1);

/** How alike a word is to the nearest of several. */
const nearest = (word: string, others: readonly string[]): number => {
  let best = 0;
  for (const other of others) if (mostAlike(word, other) > best) best = Math.max(best, alike(word, other));
  return best;
};

/** 0 (nothing alike) to 1 (the same after folding), as a function of candidates; what cannot be enough is not worked out. */
const likenessTo = (wanted: string): ((candidate: string) => number) => {
  const a = foldText(wanted).slice(0, 64);
  const mine = wordsOf(wanted);
  return (candidate) => {
    const b = foldText(candidate).slice(0, 64);
    if (a === b) return 1;
    const whole = mostAlike(a, b) < enough ? 0 : alike(a, b);
    const theirs = wordsOf(candidate);
    if (mine.length === 0 || theirs.length === 0) return whole;
    const hits = mine.reduce((sum, word) => sum + nearest(word, theirs), 0);
    return Math.max(whole, (hits / mine.length) * 0.95);
  };
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
  const likeness = likenessTo(wanted);
  return pool
    .map((name) => ({ name, score: likeness(name) }))
    .filter(({ score }) => score >= enough)
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .slice(0, max)
    .map(({ name }) => name);
};
