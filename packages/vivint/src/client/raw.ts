/** Careful reading of what the cloud sends: nothing is believed to be there, and a wrong type counts as absent. */

export type Raw = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf = (raw: Raw, key: string): Raw | undefined => {
  const value = raw[key];
  return isRecord(value) ? value : undefined;
};

export const recordsOf = (raw: Raw, key: string): readonly Raw[] => {
  const value = raw[key];
  return Array.isArray(value) ? value.filter(isRecord) : [];
};

export const textOf = (raw: Raw, key: string): string | undefined => {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** A finite number, also when it came as text. */
export const numberOf = (raw: Raw, key: string): number | undefined => {
  const value = raw[key];
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/** True and false, also as 1 and 0; anything else says nothing. */
export const flagOf = (raw: Raw, key: string): boolean | undefined => {
  const value = raw[key];
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 0) return value === 1;
  return undefined;
};

/**
 * A time as epoch milliseconds. The cloud writes UTC, mostly without a zone: "2026-11-25T08:03:00.123456".
 * @see https://github.com/natekspencer/vivintpy
 */
export const timeOf = (raw: Raw, key: string): number | undefined => {
  const value = raw[key];
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value < 1e11 ? value * 1000 : value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().replace(/(\.\d{3})\d+/, '$1');
  const ms = Date.parse(/(z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** Leaves out what is undefined, so that absent stays absent. */
export const given = <T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
