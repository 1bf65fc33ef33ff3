import { isRecord } from '../domain/is-record.ts';

export { isRecord };

/** A message of the WebSocket API after sign-in. */
export type Frame = Readonly<Record<string, unknown>>;

/** Several messages may come as one array once coalescing is on; what is no object is dropped. Undefined when the text is not JSON. */
export const framesOf = (text: string): readonly Frame[] | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  return (Array.isArray(parsed) ? parsed : [parsed]).filter(isRecord);
};

/** A text member, or undefined. */
export const textOf = (record: Readonly<Record<string, unknown>>, key: string): string | undefined => {
  const value = record[key];
  return typeof value === 'string' ? value : undefined;
};

/** A finite number member, or undefined. */
export const numberOf = (record: Readonly<Record<string, unknown>>, key: string): number | undefined => {
  const value = record[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
};

/** The texts of a list member; anything else in it (null stands for a default name) is left out. */
export const textsOf = (record: Readonly<Record<string, unknown>>, key: string): readonly string[] => {
  const value = record[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
};

/** The objects of a list; anything else is left out. */
export const recordsOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
