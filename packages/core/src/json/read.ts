/**
 * Careful reading of JSON that others wrote: nothing is believed to be there, and a wrong type counts as absent.
 * An empty text is absent too, unless `rawTextOf` asks for it: almost everywhere "" means that nothing was given.
 */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** True for JSON objects: not for lists, not for null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or an empty one. */
export const toRecord = (value: unknown): JsonRecord => (isRecord(value) ? value : {});

/** A member that is an object. */
export const recordOf = (raw: JsonRecord, key: string): JsonRecord | undefined => {
  const value = raw[key];
  return isRecord(value) ? value : undefined;
};

/** The objects of a list; anything else in it is left out. No list is an empty one. */
export const recordsIn = (value: unknown): readonly JsonRecord[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** The objects of a member that is a list. */
export const recordsOf = (raw: JsonRecord, key: string): readonly JsonRecord[] => recordsIn(raw[key]);

/** A text member as it is, "" too: for values in which nothing is a value, such as a state. */
export const rawTextOf = (raw: JsonRecord, key: string): string | undefined => {
  const value = raw[key];
  return typeof value === 'string' ? value : undefined;
};

/** A text member that is not empty. */
export const textOf = (raw: JsonRecord, key: string): string | undefined => rawTextOf(raw, key) || undefined;

/** The texts of a member that is a list, as they are; anything else in it is left out. */
export const textsOf = (raw: JsonRecord, key: string): readonly string[] => {
  const value = raw[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
};

/** A finite number. A number that is written as text is none. */
export const numberOf = (raw: JsonRecord, key: string): number | undefined => {
  const value = raw[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

/** A finite number, also one that is written as text in plain decimals; for systems that send either. */
export const numericOf = (raw: JsonRecord, key: string): number | undefined => {
  const text = rawTextOf(raw, key)?.trim();
  if (text === undefined) return numberOf(raw, key);
  return /^-?\d+(\.\d+)?$/.test(text) ? numberOf({ number: Number(text) }, 'number') : undefined;
};

/** True and false, also as 1 and 0, and each of these as text; for systems that send any of them. Anything else says nothing. */
export const flagOf = (raw: JsonRecord, key: string): boolean | undefined => {
  const value = raw[key];
  if (value === true || value === 1 || value === 'true' || value === '1') return true;
  return value === false || value === 0 || value === 'false' || value === '0' ? false : undefined;
};
