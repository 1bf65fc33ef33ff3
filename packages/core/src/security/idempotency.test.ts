import { expect, test } from 'vitest';
import { ToolError } from '../errors/tool-error.ts';
import { IdempotencyStore } from './idempotency.ts';

const request = { tool: 't', key: 'k', args: { a: 1, b: 2 }, keep: () => true };
const counter = (): { act: () => Promise<number>; times: () => number } => {
  let times = 0;
  return { act: async () => (times += 1), times: () => times };
};

test('calls at once and later get the one outcome', async () => {
  const store = new IdempotencyStore(Date);
  const { act, times } = counter();
  const all = await Promise.all([store.run(request, act), store.run({ ...request, args: { b: 2, a: 1 } }, act), store.run(request, act)]);
  expect([...all, await store.run(request, act)]).toEqual([1, 1, 1, 1]);
  expect(times()).toBe(1);
});

test('another tool or key is another act; other arguments are a conflict, also in flight', async () => {
  const store = new IdempotencyStore(Date);
  const { act } = counter();
  const first = store.run(request, act);
  await expect(store.run({ ...request, args: { a: 2 } }, act)).rejects.toMatchObject({ fields: { code: 'conflict', sideEffects: 'none' } });
  await first;
  await expect(store.run({ ...request, args: { a: 2 } }, act)).rejects.toMatchObject({ fields: { code: 'conflict' } });
  expect(await store.run({ ...request, tool: 'u' }, act)).toBe(2);
  expect(await store.run({ ...request, key: 'l' }, act)).toBe(3);
});

test.each([
  ['none', 2],
  ['unknown', 1],
  ['done', 1],
] as const)('a failure with side effects "%s" runs %i times when repeated', async (sideEffects, runs) => {
  const store = new IdempotencyStore(Date);
  const { act, times } = counter();
  const fail = async (): Promise<number> => {
    await act();
    throw new ToolError({ code: 'timeout', what: 'late', sideEffects });
  };
  await expect(store.run(request, fail)).rejects.toThrow('late');
  await expect(store.run(request, fail)).rejects.toThrow('late');
  expect(times()).toBe(runs);
});

test('an unexpected error counts as uncertain; what is not to be kept is forgotten', async () => {
  const store = new IdempotencyStore(Date);
  const { act, times } = counter();
  await expect(store.run(request, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await expect(store.run(request, act)).rejects.toThrow('broken');
  const preview = { ...request, key: 'p', keep: () => false };
  await store.run(preview, act);
  await store.run(preview, act);
  expect(times()).toBe(2);
});

test('an outcome is kept for a day, and at most a thousand are', async () => {
  let nowMs = 0;
  const store = new IdempotencyStore({ now: () => nowMs });
  const { act } = counter();
  await store.run(request, act);
  nowMs = 24 * 3_600_000;
  expect(await store.run(request, act)).toBe(1);
  nowMs += 1;
  expect(await store.run(request, act)).toBe(2);
  for (let key = 0; key < 1000; key += 1) await store.run({ ...request, key: String(key) }, async () => 0);
  expect(await store.run(request, act)).toBe(3);
});
