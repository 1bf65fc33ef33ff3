import { expect, test } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { startDeadline, within } from './deadline.ts';

test('a deadline fires at its time, as a timeout, and knows what is left', async () => {
  const clock = new TestClock();
  const deadline = startDeadline({ clock, ms: 1000 });
  await clock.advance(400);
  expect([deadline.remainingMs(), deadline.ended, deadline.signal.aborted]).toEqual([600, undefined, false]);
  await clock.advance(600);
  expect([deadline.remainingMs(), deadline.ended, deadline.signal.reason.name]).toEqual([0, 'timeout', 'TimeoutError']);
});

test('a deadline fires with the signal of the caller and its reason, and says so', () => {
  const clock = new TestClock();
  const caller = new AbortController();
  const deadline = startDeadline({ clock, ms: 1000, signal: caller.signal });
  caller.abort('given up');
  expect([deadline.ended, deadline.signal.reason]).toEqual(['cancelled', 'given up']);
  expect(startDeadline({ clock, ms: 1000, signal: caller.signal }).ended).toBe('cancelled');
});

test('a wall clock that jumps does not move a deadline', async () => {
  const clock = new TestClock();
  const deadline = startDeadline({ clock, ms: 1000 });
  clock.setTime(clock.now() + 86_400_000);
  await clock.advance(999);
  expect(deadline.signal.aborted).toBe(false);
});

test('a deadline is let go of after the work, whether that succeeds or fails', async () => {
  const clock = new TestClock();
  const caller = new AbortController();
  expect(await within({ clock, ms: 1000, signal: caller.signal }, async ({ signal }) => signal.aborted)).toBe(false);
  await expect(within({ clock, ms: 1000 }, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(clock.pending).toBe(0);
});
