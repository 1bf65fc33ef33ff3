import { minuteTime, spanWords } from '@switchyard-mcp/core';
import type { House, System } from '../domain/model.ts';

/** The zone in which times are shown: of the system, or of the first of several. */
export const zoneOf = (house: House, system?: System): string => (system ?? house.systems[0])?.timeZone ?? 'UTC';

export const timeWords = (ms: number | undefined, zone: string): string => (ms === undefined ? '' : minuteTime(ms, zone));

/** When this was true, and a warning when it may no longer be. Part of every reply that tells how the home is. */
export const asOf = (house: House, now: number): Record<string, string> => {
  const { stale } = house;
  return {
    as_of: minuteTime(house.asOf, zoneOf(house)),
    ...(stale === undefined ? {} : { stale: `${spanWords(now - stale.since)} old: ${stale.why}. It may be otherwise now` }),
  };
};
