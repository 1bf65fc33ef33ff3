import { type WalkNode, walkSkip, walkStop, walkValue } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';

/** The key under which JSON shows what YAML writes as `!input name`. */
export const inputTag = '!input';

/** Keys whose values say what an action or trigger is about. */
const targetKeys = new Set(['entity_id', 'target', 'data', 'data_template']);

export const isInput = (value: unknown): boolean => isRecord(value) && value[inputTag] !== undefined;

/** Does a body let an input of a blueprint say which entities it is about? Yes as well when it is nested too deep to be looked through. */
export const targetsByInput = (body: unknown): boolean => {
  let found = false;
  const visit = ({ key, value }: WalkNode, outer: string): string | typeof walkSkip | typeof walkStop => {
    const nearest = typeof key === 'string' ? key : outer;
    if (!isInput(value)) return nearest;
    found = targetKeys.has(nearest);
    return found ? walkStop : walkSkip;
  };
  const { complete } = walkValue(body, visit, { context: '' });
  return found || !complete;
};
