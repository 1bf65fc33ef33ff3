import { type WalkNode, type walkSkip, walkStop, walkValue } from '@switchyard-mcp/core';
import { isTemplate } from './is-template.ts';
import { placeKeys } from './reference-keys.ts';

const wayOf = ({ key, value }: WalkNode, nearest: string): string | undefined => {
  // Home Assistant renders the keys of data as well.
  if (isTemplate(value) || isTemplate(key)) return 'a template';
  if (typeof key === 'string' && placeKeys.has(key) && value !== null) return key;
  return nearest === 'entity_id' && typeof value === 'string' && value.trim().toLowerCase() === 'all' ? 'the target "all"' : undefined;
};

/** A way by which a body, a form's values or a condition could reach entities that nobody named; undefined when there is none. */
export const reachesFurther = (body: unknown): string | undefined => {
  let way: string | undefined;
  const visit = (node: WalkNode, outer: string): string | typeof walkStop | typeof walkSkip => {
    const nearest = typeof node.key === 'string' ? node.key : outer;
    way = wayOf(node, nearest);
    return way === undefined ? nearest : walkStop;
  };
  const { complete } = walkValue(body, visit, { context: '' });
  return way ?? (complete ? undefined : 'what is nested too deep to be looked through');
};
