import { isRecord } from './is-record.ts';
import { isTemplate } from './is-template.ts';

const placeKeys = new Set(['area_id', 'device_id', 'floor_id', 'label_id']);

/** A way by which a body, a form's values or a condition could reach entities that nobody named; undefined when there is none. */
export const reachesFurther = (value: unknown, key = ''): string | undefined => {
  if (typeof value === 'string') {
    if (isTemplate(value)) return 'a template';
    return key === 'entity_id' && value.trim().toLowerCase() === 'all' ? 'the target "all"' : undefined;
  }
  if (Array.isArray(value)) return value.map((item) => reachesFurther(item, key)).find((way) => way !== undefined);
  if (!isRecord(value)) return undefined;
  return Object.entries(value)
    .map(([name, item]) => (placeKeys.has(name) && item !== null ? `${name}` : reachesFurther(item, name)))
    .find((way) => way !== undefined);
};
