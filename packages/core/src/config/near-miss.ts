import { editDistance } from '../errors/near-miss.ts';

/** The candidate a person most likely meant, or undefined when none is close. */
export const nearMiss = (typed: string, candidates: Iterable<string>): string | undefined => {
  const wanted = typed.toLowerCase().slice(0, 64);
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const name of candidates) {
    const edits = editDistance(wanted, name.toLowerCase());
    if (edits <= Math.max(1, Math.floor(name.length / 3)) && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
};
