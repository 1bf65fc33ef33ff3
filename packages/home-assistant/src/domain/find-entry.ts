import { foldText, nearMisses, refuse } from '@switchyard-mcp/core';
import type { ConfigEntry } from './flow-operations.ts';

/** Entries that a domain, an entry id or a title means. */
export const entriesMeant = (entries: readonly ConfigEntry[], wanted: string): readonly ConfigEntry[] => {
  const id = wanted.trim().replace(/^integration:/, '');
  const byId = entries.filter((entry) => entry.entryId === id);
  if (byId.length > 0) return byId;
  const folded = foldText(id);
  const byDomain = entries.filter((entry) => entry.domain === folded);
  return byDomain.length > 0 ? byDomain : entries.filter((entry) => foldText(entry.title) === folded);
};

/** The one entry meant. @throws ToolError not_found with near names, or ambiguous with the ids to choose from. */
export const entryMeant = (entries: readonly ConfigEntry[], wanted: string): ConfigEntry => {
  const [first, ...others] = entriesMeant(entries, wanted);
  if (first && others.length === 0) return first;
  if (!first)
    throw refuse('not_found', `There is no integration "${wanted.slice(0, 60)}" here.`, {
      didYouMean: nearMisses(wanted, [...new Set(entries.flatMap((entry) => [entry.domain, entry.title]))]),
      next: ['ha_integration op="list" shows all.'],
    });
  throw refuse('ambiguous', `${others.length + 1} entries are meant by "${wanted.slice(0, 60)}".`, {
    next: [
      `Name one: ${[first, ...others]
        .slice(0, 10)
        .map((entry) => `${entry.entryId} (${entry.title})`)
        .join(', ')}.`,
    ],
  });
};
