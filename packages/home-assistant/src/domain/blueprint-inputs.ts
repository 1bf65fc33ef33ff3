import { isRecord } from './is-record.ts';

/** The key under which JSON shows what YAML writes as `!input name`. */
export const inputTag = '!input';

/** Keys whose values say what an action or trigger is about. */
const targetKeys = new Set(['entity_id', 'target', 'data']);

export const isInput = (value: unknown): boolean => isRecord(value) && value[inputTag] !== undefined;

/** Does a value let an input of a blueprint say which entities it is about? */
export const targetsByInput = (value: unknown, key = ''): boolean => {
  if (Array.isArray(value)) return value.some((item) => targetsByInput(item, key));
  if (!isRecord(value)) return false;
  if (isInput(value)) return targetKeys.has(key);
  return Object.entries(value).some(([name, item]) => targetsByInput(item, name));
};
