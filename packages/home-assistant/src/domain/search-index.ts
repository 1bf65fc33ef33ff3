import { editDistance, foldText } from '@switchyard-mcp/core';

/** Something that can be found. `texts` are its names, most telling first; `context` helps but does not carry a hit alone. */
export interface Findable {
  readonly id: string;
  readonly kind: string;
  readonly texts: readonly string[];
  readonly context: readonly string[];
  /** Lowers it among equals: hidden, diagnostic. */
  readonly minor: boolean;
}

export interface Hit {
  readonly item: Findable;
  readonly score: number;
}

export interface SearchIndex {
  /** Best first. Words that match nothing are left out when others match. */
  search(query: string, accepts: (item: Findable) => boolean): readonly Hit[];
}

const wordsOf = (text: string): readonly string[] =>
  foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** Spelling as it sounds, so that "lites" meets "lights" and "fotos" meets "photos". */
const soundOf = (word: string): string =>
  word
    .replace(/ight/g, 'ite')
    .replace(/ph/g, 'f')
    .replace(/ck/g, 'k')
    .replace(/(.)\1+/g, '$1')
    .replace(/ie?s$|es$|s$/, '')
    .replace(/e$/, '');

const trigrams = (word: string): readonly string[] => {
  const padded = `^${word}$`;
  return Array.from({ length: Math.max(1, padded.length - 2) }, (_, index) => padded.slice(index, index + 3));
};

/** Edits that a word of this length may be off by. */
const slack = (length: number): number => (length <= 3 ? 0 : length <= 5 ? 1 : 2);

const weights = { name: 1, context: 0.45 } as const;

interface Posting {
  readonly item: number;
  readonly weight: number;
}

const file = (drawers: Map<string, string[]>, key: string, word: string): void => {
  const drawer = drawers.get(key);
  if (drawer) drawer.push(word);
  else drawers.set(key, [word]);
};

/** An inverted index over words; misspellings are sought among the vocabulary, which is small however many entities there are. */
export const buildSearchIndex = (items: readonly Findable[]): SearchIndex => {
  const postings = new Map<string, Posting[]>();
  const add = (text: string, item: number, weight: number): void => {
    for (const word of wordsOf(text)) {
      const list = postings.get(word) ?? [];
      const last = list[list.length - 1];
      if (last?.item === item) {
        if (last.weight < weight) list[list.length - 1] = { item, weight };
      } else list.push({ item, weight });
      postings.set(word, list);
    }
  };
  items.forEach((item, index) => {
    for (const text of item.texts) add(text, index, weights.name);
    for (const text of item.context) add(text, index, weights.context);
  });
  const folded = items.map((item) => item.texts.map(foldText));
  const lengths = items.map((item) => wordsOf(item.texts[0] ?? '').length);
  const vocabulary = [...postings.keys()];
  const byItemId = new Map(items.map((item, index) => [item.id, index]));
  const bySound = new Map<string, string[]>();
  const byTrigram = new Map<string, string[]>();
  for (const word of vocabulary) {
    file(bySound, soundOf(word), word);
    for (const gram of new Set(trigrams(word))) file(byTrigram, gram, word);
  }
  const sorted = vocabulary.sort();
  const memo = new Map<string, ReadonlyMap<string, number>>();

  const prefixed = (prefix: string): readonly string[] => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? '') < prefix) low = middle + 1;
      else high = middle;
    }
    const found: string[] = [];
    for (let i = low; i < sorted.length && sorted[i]?.startsWith(prefix) && found.length < 2000; i += 1) found.push(sorted[i] ?? '');
    return found;
  };

  /** Vocabulary words that a typed word may mean, with how well they fit. */
  const meanings = (typed: string): ReadonlyMap<string, number> => {
    const known = memo.get(typed);
    if (known) return known;
    const found = new Map<string, number>();
    const keep = (word: string, fit: number): void => void found.set(word, Math.max(fit, found.get(word) ?? 0));
    if (postings.has(typed)) keep(typed, 1);
    if (typed.length >= 2) for (const word of prefixed(typed)) keep(word, 0.86);
    for (const word of bySound.get(soundOf(typed)) ?? []) keep(word, 0.84);
    // Stems of declined words: "kitchens" and "kitchen", "Küchenlicht" and "Küche".
    for (let cut = typed.length - 1; cut >= Math.max(4, typed.length - 3); cut -= 1)
      if (postings.has(typed.slice(0, cut))) keep(typed.slice(0, cut), 0.8);
    if (found.size === 0 && typed.length >= 4) for (const [word, fit] of misspelt(typed)) keep(word, fit);
    if (memo.size > 2000) memo.clear();
    memo.set(typed, found);
    return found;
  };

  const misspelt = (typed: string): readonly (readonly [string, number])[] => {
    const shared = new Map<string, number>();
    for (const gram of new Set(trigrams(typed)))
      for (const word of byTrigram.get(gram) ?? []) shared.set(word, (shared.get(word) ?? 0) + 1);
    const candidates = [...shared].sort((a, b) => b[1] - a[1]).slice(0, 300);
    return candidates.flatMap(([word]) => {
      const edits = Math.min(editDistance(typed, word), editDistance(soundOf(typed), soundOf(word)) + 0.5);
      return edits <= slack(Math.min(typed.length, word.length)) ? [[word, 0.75 - 0.12 * edits] as const] : [];
    });
  };

  const search: SearchIndex['search'] = (query, accepts) => {
    const words = [...new Set(wordsOf(query))].slice(0, 12);
    const typed = foldText(query.trim());
    const byId = byItemId.get(typed);
    const scores = new Map<number, { matched: number; sum: number }>();
    if (byId !== undefined) scores.set(byId, { matched: words.length, sum: words.length });
    for (const word of words) {
      const best = new Map<number, number>();
      for (const [meant, fit] of meanings(word))
        for (const { item, weight } of postings.get(meant) ?? []) best.set(item, Math.max(best.get(item) ?? 0, fit * weight));
      for (const [item, score] of best) {
        const so = scores.get(item) ?? { matched: 0, sum: 0 };
        if (item !== byId) scores.set(item, { matched: so.matched + 1, sum: so.sum + score });
      }
    }
    const hits: { hit: Hit; matched: number }[] = [];
    let most = 0;
    for (const [index, { matched, sum }] of scores) {
      const item = items[index];
      if (!item || !accepts(item)) continue;
      most = Math.max(most, matched);
      const exact = index === byId ? 3 : folded[index]?.includes(typed) ? 2 : 0;
      const length = lengths[index] ?? 0;
      const score = exact + sum / words.length - (item.minor ? 0.3 : 0) - Math.min(length, 10) * 0.01;
      hits.push({ hit: { item, score }, matched });
    }
    // Half of the words must match at least, and those that match most hide the rest.
    const enough = Math.max(most, Math.ceil(words.length / 2));
    return hits
      .filter(({ matched }) => matched >= enough)
      .map(({ hit }) => hit)
      .sort((a, b) => b.score - a.score || (a.item.id < b.item.id ? -1 : 1));
  };
  return { search };
};
