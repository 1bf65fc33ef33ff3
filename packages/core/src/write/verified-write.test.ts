import { expect, test } from 'vitest';
import { type SideEffects, ToolError, type ToolErrorFields } from '../errors/tool-error.ts';
import { TestClock } from '../testing/test-clock.ts';
import { type VerifiedWrite, verifiedWrite } from './verified-write.ts';
import type { Reached } from './watch-until.ts';

const failed = (sideEffects: SideEffects, code: ToolErrorFields['code'] = 'timeout'): ToolError =>
  new ToolError({ code, what: 'it failed', sideEffects });

const run = async (more: Partial<VerifiedWrite<Reached, string>>, seen: readonly (Reached | undefined)[] = ['no', 'done']) => {
  const clock = new TestClock();
  let [sends, looks] = [0, 0];
  const { send = async () => 'accepted', ...rest } = more;
  const result = verifiedWrite<Reached, string>({
    look: () => seen[Math.min(looks++, seen.length - 1)],
    reached: (state) => state,
    everyMs: 100,
    waitMs: 300,
    signal: new AbortController().signal,
    clock,
    ...rest,
    send: () => {
      sends += 1;
      return send();
    },
  });
  await clock.advance(5_000);
  return { ...(await result), sends, looks };
};

test('sent, watched, done, with the answer and the state after it', async () => {
  expect(await run({})).toMatchObject({ outcome: 'done', answer: 'accepted', state: 'done', isCurrent: true, looks: 2 });
});

test.each([
  ['failed', ['no', 'failed'], true],
  ['pending', ['pending'], true],
  ['unknown', ['no'], true],
  ['unknown', ['no', undefined], false],
] as const)('%s when %j is seen', async (outcome, seen, isCurrent) => {
  expect(await run({}, seen)).toMatchObject({ outcome, isCurrent });
});

test('a refusal is not looked at', async () => {
  const error = failed('none', 'conflict');
  expect(await run({ send: () => Promise.reject(error) })).toEqual({ outcome: 'refused', error, sends: 1, looks: 0 });
});

test('an answer that got lost: it is looked at, not sent again, and what is seen counts', async () => {
  const send = () => Promise.reject(failed('unknown'));
  expect(await run({ send })).toMatchObject({ outcome: 'done', error: expect.any(ToolError), sends: 1 });
  expect(await run({ send }, ['no'])).toMatchObject({ outcome: 'unknown', error: expect.any(ToolError), isCurrent: true });
});

test('after an error it may be looked at shorter, or not at all', async () => {
  const send = () => Promise.reject(failed('unknown'));
  expect(await run({ send, waitAfterErrorMs: () => 100 }, ['no'])).toMatchObject({ outcome: 'unknown', looks: 2 });
  expect(await run({ send, waitAfterErrorMs: () => undefined })).toMatchObject({ outcome: 'unknown', looks: 0 });
});

test('a fault of the program is thrown', async () => {
  const send = () => Promise.reject(new TypeError('a bug'));
  await expect(
    verifiedWrite({ send, look: () => 1, reached: () => 'done', waitMs: 0, signal: new AbortController().signal }),
  ).rejects.toThrow('a bug');
});
