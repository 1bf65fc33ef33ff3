import { minuteTime, spanWords } from '@switchyard-mcp/core';
import { gapWords } from '../domain/gaps.ts';
import type { House, System } from '../domain/model.ts';

/** The zone in which times are shown: of the system, or of the first of several. */
export const zoneOf = (house: House, system?: System): string => (system ?? house.systems[0])?.timeZone ?? 'UTC';

export const timeWords = (ms: number | undefined, zone: string): string => (ms === undefined ? '' : minuteTime(ms, zone));

/** A moment that means the same wherever it is read: with its offset where the homes do not share a zone. */
const momentWords = (ms: number, house: House, zone: string): string => {
  const words = minuteTime(ms, zone);
  const shared = new Set(house.systems.map(({ timeZone }) => timeZone)).size < 2;
  // An hour that comes twice has its offset already.
  if (shared || words.length > 16) return words;
  // The words are those of the minute that has begun.
  const minutes = Math.round((Date.parse(`${words}Z`) - Math.floor(ms / 60_000) * 60_000) / 60_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${words}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
};

/** What is not in the reply because it could not be read. */
export const missing = (house: House, zone: string): { readonly missing?: readonly string[] } => {
  const { gaps = [] } = house;
  return gaps.length === 0 ? {} : { missing: gaps.map((gap) => gapWords(gap, (ms) => momentWords(ms, house, zone))) };
};

/** When this was true, and a warning when it may no longer be. Part of every reply that tells how the home is. */
export const asOf = (house: House, now: number, system?: System): Record<string, unknown> => {
  const { stale } = house;
  const zone = zoneOf(house, system);
  return {
    as_of: momentWords(house.asOf, house, zone),
    ...(stale === undefined
      ? {}
      : { stale: `${spanWords(now - stale.since)} old: ${stale.why.replace(/\.$/, '')}. It may be otherwise now` }),
    ...missing(house, zone),
  };
};
