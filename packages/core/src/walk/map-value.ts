import { deepest, type Level, levelOf, takeKey } from './levels.ts';
import { asJson, isContainer, type WalkLimits } from './walk-value.ts';

/** What a copy is made of. */
export interface ValueMapping<Context> {
  /** Of the value that the copy starts at. */
  readonly context: Context;
  /** The context of what is under a key or index; the same as outside when absent. */
  readonly within?: (key: string | number, context: Context) => Context;
  /** What takes the place of a text, number, boolean or null. */
  readonly leaf: (value: unknown, context: Context) => unknown;
  /** What takes the place of a key; undefined leaves the member out. */
  readonly key?: (key: string) => string | undefined;
  /** Takes the place of whatever is past a limit or inside itself: nothing gets through that was not looked at. */
  readonly beyond: unknown;
}

/** JSON.stringify, which comes after, goes deeper than this without overflowing; a reply as deep as this is unknown. */
const mapDepth = 200;
const mapNodes = 5_000_000;

interface OpenCopy<Context> {
  readonly level: Level;
  readonly source: object;
  readonly copy: Record<string, unknown> | unknown[];
  readonly context: Context;
}

/** By definition and not by assignment, so that "__proto__" stays a key like any other. */
const put = ({ copy }: OpenCopy<unknown>, key: string | number, value: unknown): void => {
  if (Array.isArray(copy)) copy.push(value);
  else if (key === '__proto__') Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
  else copy[key] = value;
};

/** A changed copy of a JSON-like value, made without recursion, however deep it is. The value itself is not touched. */
export const mapValue = <Context>(value: unknown, mapping: ValueMapping<Context>, limits: WalkLimits = {}): unknown => {
  const { depth = mapDepth, nodes = mapNodes } = limits;
  const { leaf, beyond, within = (_key, context) => context, key: renamed = (key) => key } = mapping;
  const open: OpenCopy<Context>[] = [];
  let left = nodes;
  const copyOf = (given: unknown, context: Context): unknown => {
    left -= 1;
    if (left < 0) return beyond;
    const item = asJson(given);
    if (!isContainer(item)) return leaf(item, context);
    if (open.length > depth || open.some(({ source }) => source === item)) return beyond;
    const copy = Array.isArray(item) ? [] : {};
    open.push({ level: levelOf(item), source: item, copy, context });
    return copy;
  };
  const copy = copyOf(value, mapping.context);
  for (let last = deepest(open); last !== undefined; last = deepest(open)) {
    const from = takeKey(last.level);
    const to = typeof from === 'number' ? from : renamed(from);
    if (to === undefined) continue;
    put(last, to, copyOf((last.source as Readonly<Record<string | number, unknown>>)[from], within(from, last.context)));
  }
  return copy;
};

/** Takes the place of what is nested too deep to be shown. */
export const tooDeepText = '[nested too deep]';

/** Applies `change` to every text of a JSON-like value, keys included. What is past the limits is left out, and the copy says so. */
export const mapText = (value: unknown, change: (text: string) => string, limits: WalkLimits = {}): unknown =>
  mapValue(
    value,
    { context: undefined, leaf: (item) => (typeof item === 'string' ? change(item) : item), key: change, beyond: tooDeepText },
    limits,
  );
