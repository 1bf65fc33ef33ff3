import { isRecord } from '@switchyard-mcp/core/json';
import { sameJson } from './same-json.ts';

/** One difference between two bodies; an absent side did not exist. */
export interface Difference {
  /** As people write it: actions[0].target.entity_id. "" is the whole. */
  readonly at: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const join = (at: string, key: string | number): string => {
  if (typeof key === 'number') return `${at}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${at}[${JSON.stringify(key)}]`;
  return at === '' ? key : `${at}.${key}`;
};

const objects = (at: string, before: Record<string, unknown>, after: Record<string, unknown>): readonly Difference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
    const here = join(at, key);
    if (!Object.hasOwn(after, key)) return [{ at: here, before: before[key] }];
    if (!Object.hasOwn(before, key)) return [{ at: here, after: after[key] }];
    return differences(before[key], after[key], here);
  });

/** Lists are matched from both ends, so that one inserted item is one difference. */
const lists = (at: string, before: readonly unknown[], after: readonly unknown[]): readonly Difference[] => {
  let head = 0;
  while (head < before.length && head < after.length && sameJson(before[head], after[head])) head += 1;
  let tail = 0;
  const most = Math.min(before.length, after.length) - head;
  while (tail < most && sameJson(before[before.length - 1 - tail], after[after.length - 1 - tail])) tail += 1;
  const [old, fresh] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const paired = Math.min(old.length, fresh.length);
  return [
    ...old.slice(0, paired).flatMap((item, index) => differences(item, fresh[index], join(at, head + index))),
    ...old.slice(paired).map((item, index) => ({ at: join(at, head + paired + index), before: item })),
    ...fresh.slice(paired).map((item, index) => ({ at: join(at, head + paired + index), after: item })),
  ];
};

/** What has to change in `before` to make `after`, smallest parts first. */
export const differences = (before: unknown, after: unknown, at = ''): readonly Difference[] => {
  if (Array.isArray(before) && Array.isArray(after)) return lists(at, before, after);
  if (isRecord(before) && isRecord(after)) return objects(at, before, after);
  return sameJson(before, after) ? [] : [{ at, before, after }];
};
