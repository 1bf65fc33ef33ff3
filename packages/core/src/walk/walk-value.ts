import { refuse, type ToolError } from '../errors/tool-error.ts';
import { deepest, type Level, levelOf, takeKey } from './levels.ts';

/** How far a walk goes. */
export interface WalkLimits {
  /** Levels below the value that the walk starts at. */
  readonly depth?: number;
  /** Values in all, so that one that holds itself many times over comes to an end. */
  readonly nodes?: number;
}

/** Nothing that people or programs write is nested deeper than this; a walk that takes a decision need not go further. */
export const walkDepth = 60;
const walkNodes = 5_000_000;

/** One value of a walk and where it is. */
export interface WalkNode {
  /** As JSON writes it: a date is its text. */
  readonly value: unknown;
  /** Its key or index in the parent; undefined at the start. */
  readonly key: string | number | undefined;
  readonly parent: WalkNode | undefined;
  readonly depth: number;
}

export interface WalkResult {
  /** False when a part was left out: nested too deep, too large or inside itself. What is in there is unknown, not absent. */
  readonly complete: boolean;
}

/** Given back by a visit: nothing below this value is of interest, or nothing more at all. */
export const walkSkip = Symbol('skip');
export const walkStop = Symbol('stop');

/** Called for each value, parents first, in document order. What it returns is the context of the values below. */
export type Visit<Context> = (node: WalkNode, context: Context) => Context | typeof walkSkip | typeof walkStop;

export const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A date and its like go out as JSON.stringify writes them, so they are looked at like that. */
export const asJson = (value: unknown): unknown =>
  isContainer(value) && 'toJSON' in value && typeof value.toJSON === 'function' ? (value.toJSON() as unknown) : value;

interface OpenNode<Context> {
  readonly level: Level;
  readonly node: WalkNode;
  readonly context: Context;
}

const childOf = (node: WalkNode, key: string | number): WalkNode => {
  const value = asJson((node.value as Readonly<Record<string | number, unknown>>)[key]);
  return { value, key, parent: node, depth: node.depth + 1 };
};

/**
 * Visits a JSON-like value and everything in it without recursion, however deep it is.
 * Past a limit the result is not complete: whoever decides by it takes the safe side (`mayHold`, `tooDeep`).
 */
export const walkValue = <Context>(
  value: unknown,
  visit: Visit<Context>,
  { context, depth = walkDepth, nodes = walkNodes }: WalkLimits & { readonly context: Context },
): WalkResult => {
  let complete = true;
  let left = nodes;
  const open: OpenNode<Context>[] = [];
  /** False when the walk is over. */
  const enter = (node: WalkNode, within: Context): boolean => {
    left -= 1;
    if (left < 0) complete = false;
    if (left < 0) return false;
    const inside = visit(node, within);
    if (inside === walkStop) return false;
    if (inside === walkSkip || !isContainer(node.value)) return true;
    if (node.depth >= depth || open.some((outer) => outer.node.value === node.value)) complete &&= isEmpty(node.value);
    else open.push({ level: levelOf(node.value), node, context: inside });
    return true;
  };
  if (!enter({ value: asJson(value), key: undefined, parent: undefined, depth: 0 }, context)) return { complete };
  for (let last = deepest(open); last !== undefined; last = deepest(open))
    if (!enter(childOf(last.node, takeKey(last.level)), last.context)) break;
  return { complete };
};

const isEmpty = (value: object): boolean => (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0);

/** Does something inside pass the test? Yes as well when not everything could be looked at. */
export const mayHold = (value: unknown, test: (node: WalkNode) => boolean, limits: WalkLimits = {}): boolean => {
  let found = false;
  const visit = (node: WalkNode): undefined | typeof walkStop => {
    found = test(node);
    return found ? walkStop : undefined;
  };
  const { complete } = walkValue<undefined>(value, visit, { ...limits, context: undefined });
  return found || !complete;
};

/** The JSON Pointer (RFC 6901) of a node. */
export const nodePointer = (node: WalkNode): string => {
  let pointer = '';
  for (let at: WalkNode | undefined = node; at?.key !== undefined; at = at.parent)
    pointer = `/${typeof at.key === 'number' ? at.key : at.key.replaceAll('~', '~0').replaceAll('/', '~1')}${pointer}`;
  return pointer;
};

/** The refusal of something that cannot be looked through to its end. `what` begins the sentence: "The data of light.turn_on". */
export const tooDeep = (what: string): ToolError =>
  refuse('invalid_input', `${what} is nested too deep to be checked.`, {
    why: `At most ${walkDepth} levels are looked through, and what was not checked is not sent.`,
    next: ['Send it with fewer levels.'],
  });
