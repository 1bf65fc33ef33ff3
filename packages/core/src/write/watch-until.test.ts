import { expect, test } from 'vitest';
import { ToolError } from '../errors/tool-error.ts';
import { TestClock } from '../testing/test-clock.ts';
import { firstAnswer, type Reached, type WatchOptions, watchUntil } from './watch-until.ts';

const never = new AbortController().signal;
const unreadable = new ToolError({ code: 'timeout', what: 'no answer', sideEffects: 'none' });

/** Watches a list of states, one a look; the last one stays. */
const watchStates = (states: readonly (Reached | 'unread' | 'error')[], more: Partial<WatchOptions<Reached>> = {}) => {
  const clock = new TestClock();
  const looks: number[] = [];
  const watched = watchUntil<Reached>({
    look: ({ elapsedMs }) => {
      const state = states[Math.min(looks.length, states.length - 1)] ?? 'no';
      looks.push(elapsedMs);
      if (state === 'error') throw unreadable;
      return state === 'unread' ? undefined : state;
    },
    reached: (state) => state,
    everyMs: 100,
    waitMs: 1_000,
    signal: never,
    clock,
    ...more,
  });
  return { clock, looks, watched };
};

test('it ends as soon as it is done, or cannot be', async () => {
  const done = watchStates(['no', 'pending', 'done']);
  await done.clock.advance(1_000);
  expect(await done.watched).toEqual({ reached: 'done', state: 'done', isCurrent: true });
  expect(done.looks).toEqual([0, 100, 200]);
  const failed = watchStates(['failed']);
  expect(await failed.watched).toEqual({ reached: 'failed', state: 'failed', isCurrent: true });
});

test('it looks once more when the time is over, and never later', async () => {
  const { clock, looks, watched } = watchStates(['no'], { everyMs: 400 });
  await clock.advance(1_000);
  expect(await watched).toEqual({ reached: 'no', state: 'no', isCurrent: true });
  expect(looks).toEqual([0, 400, 800, 1_000]);
  expect(clock.pending).toBe(0);
});

test('on its way is watched to the end, or not, as asked', async () => {
  const whole = watchStates(['pending'], { waitMs: 200 });
  await whole.clock.advance(200);
  expect((await whole.watched).reached).toBe('pending');
  expect(whole.looks).toHaveLength(3);
  expect((await watchStates(['pending'], { stopAtPending: true }).watched).reached).toBe('pending');
});

test('what cannot be read is read again, and proves nothing', async () => {
  const late = watchStates(['error', 'unread', 'done']);
  await late.clock.advance(200);
  expect((await late.watched).reached).toBe('done');
  const lost = watchStates(['pending', 'error'], { waitMs: 100 });
  await lost.clock.advance(100);
  expect(await lost.watched).toEqual({ reached: 'no', state: 'pending', isCurrent: false });
  expect(await watchStates(['error'], { stopAtUnreadable: true }).watched).toEqual({ reached: 'no', isCurrent: false });
});

test('a fault of the program is thrown, not taken for an unreadable state', async () => {
  const look = (): never => {
    throw new TypeError('a bug');
  };
  await expect(watchUntil({ look, reached: () => 'done', waitMs: 0, signal: never })).rejects.toThrow('a bug');
});

test('a change is looked at when it comes; its listener does not stay', async () => {
  const listeners = new Set<() => void>();
  const onChange = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const { clock, looks, watched } = watchStates(['no', 'done'], { onChange, everyMs: Number.POSITIVE_INFINITY });
  await clock.advance(300);
  for (const listener of listeners) listener();
  expect((await watched).reached).toBe('done');
  expect(looks).toEqual([0, 300]);
  expect([listeners.size, clock.pending]).toEqual([0, 0]);
});

test('a signal ends it with what was seen', async () => {
  const stop = new AbortController();
  const { clock, looks, watched } = watchStates(['pending'], { signal: stop.signal });
  await clock.advance(50);
  stop.abort();
  expect((await watched).reached).toBe('pending');
  expect([looks.length, clock.pending]).toEqual([2, 0]);
});

test('the first answer, soon asked for again, or none in time', async () => {
  const clock = new TestClock();
  let asked = 0;
  const found = firstAnswer(async () => (++asked === 3 ? 'there' : undefined), { signal: never, clock });
  await clock.advance(125);
  expect(await found).toBe('there');
  const none = firstAnswer(async () => undefined, { signal: never, waitMs: 1_000, clock });
  await clock.advance(1_000);
  expect(await none).toBeUndefined();
});
