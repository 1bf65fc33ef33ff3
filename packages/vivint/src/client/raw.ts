import { cleanText } from '@switchyard-mcp/core';
import { numericOf, type JsonRecord as Raw, textOf } from '@switchyard-mcp/core/json';

/** Longest name that is believed, and longest sentence. */
const longestName = 80;
export const longestSentence = 300;

/** Words of others for people to read: on one line, without control characters, and no longer than they need be. */
export const wordsOf = (raw: Raw, key: string, longest = longestName): string | undefined => {
  const text = textOf(raw, key);
  if (text === undefined) return undefined;
  const clean = cleanText(cleanText(text, text.length).replace(/\s+/g, ' ').trim(), longest);
  return clean === '' ? undefined : clean;
};

/** A name or key that may as well come as a number. */
export const keyOf = (raw: Raw, key: string): string | undefined => textOf(raw, key) ?? numericOf(raw, key)?.toString();

/** Date, time with or without seconds and their parts, zone with or without minutes. */
const isoForm = /^(\d{4}-\d{2}-\d{2})(?:[t ](\d{2}:\d{2}(?::\d{2})?)([.,]\d+)?)? ?(?:(z|utc|gmt)|([+-]\d{2}):?(\d{2})?)?$/i;

/**
 * A time as epoch milliseconds. The cloud writes UTC, mostly without a zone: "2026-11-25T08:03:00.123456".
 * @see https://github.com/natekspencer/vivintpy
 */
export const timeOf = (raw: Raw, key: string): number | undefined => {
  const number = numericOf(raw, key);
  if (number !== undefined) return number <= 0 ? undefined : number < 1e11 ? number * 1000 : number;
  const value = raw[key];
  const parts = typeof value === 'string' ? isoForm.exec(value.trim()) : null;
  if (parts === null) return undefined;
  const [, date = '', time = '00:00', fraction = '', , hours, minutes = '00'] = parts;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const ms = Date.parse(`${date}T${time.padEnd(8, ':00')}${fraction.replace(',', '.').slice(0, 4)}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** The number of a partition, said by itself or in its "panel|partition". */
export const partitionNumberOf = (partition: Raw): number => {
  const [, ofPanel] = (textOf(partition, '_id') ?? '').split('|');
  return numericOf(partition, 'parid') ?? numericOf({ ofPanel }, 'ofPanel') ?? 1;
};

/** Leaves out what is undefined, so that absent stays absent. */
export const given = <T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
