import { describe, expect, test } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { orAborted, untilSettled, waitUntil } from './wait.ts';

/** Something that can be listened to, and how many do. */
const source = <T>() => {
  const listeners = new Set<(value: T) => void>();
  return {
    listeners,
    listen: (met: (value: T) => void) => {
      listeners.add(met);
      return () => void listeners.delete(met);
    },
    tell: (value: T) => {
      for (const listener of [...listeners]) listener(value);
    },
  };
};

describe('waiting for what is announced', () => {
  test('it ends with the event, and nobody listens any more', async () => {
    const clock = new TestClock();
    const { listen, listeners, tell } = source<string>();
    const waited = waitUntil(listen, { clock, ms: 1000 });
    tell('open');
    expect(await waited).toEqual({ ended: 'met', value: 'open' });
    expect([listeners.size, clock.pending]).toEqual([0, 0]);
  });
  test('it ends with the time', async () => {
    const clock = new TestClock();
    const { listen, listeners } = source<string>();
    const waited = waitUntil(listen, { clock, ms: 1000 });
    await clock.advance(1000);
    expect([await waited, listeners.size]).toEqual([{ ended: 'timeout' }, 0]);
  });
  test('it ends with the signal; one that fired before is not listened for', async () => {
    const clock = new TestClock();
    const { listen, listeners } = source<string>();
    const stop = new AbortController();
    const waited = waitUntil(listen, { clock, ms: 1000, signal: stop.signal });
    stop.abort();
    expect([await waited, listeners.size, clock.pending]).toEqual([{ ended: 'aborted' }, 0, 0]);
    const never = (): never => {
      throw new Error('it listened');
    };
    expect(await waitUntil(never, { clock, ms: 1000, signal: stop.signal })).toEqual({ ended: 'aborted' });
  });
  test('what is met while listening begins is not listened to any longer', async () => {
    let stopped = 0;
    const at = (met: (value: number) => void) => {
      met(1);
      return () => {
        stopped += 1;
      };
    };
    expect(await waitUntil(at, { clock: new TestClock(), ms: 1000 })).toEqual({ ended: 'met', value: 1 });
    expect(stopped).toBe(1);
  });
  test('a failure is thrown', async () => {
    const clock = new TestClock();
    const waited = waitUntil(
      (_met, failed) => {
        failed(new Error('lost'));
        return () => undefined;
      },
      { clock, ms: 1000 },
    );
    await expect(waited).rejects.toThrow('lost');
    expect(clock.pending).toBe(0);
  });
});

test('work is waited for within a limit', async () => {
  const clock = new TestClock();
  const never = untilSettled(new Promise<string>(() => undefined), { clock, ms: 1000 });
  await clock.advance(1000);
  expect(await never).toEqual({ ended: 'timeout' });
  expect(await untilSettled(Promise.resolve('done'), { clock, ms: 1000 })).toEqual({ ended: 'met', value: 'done' });
  await expect(untilSettled(Promise.reject(new Error('broken')), { clock, ms: 1000 })).rejects.toThrow('broken');
});

test('work that takes too long is left to itself, with the reason of the caller', async () => {
  const stop = new AbortController();
  const never = new Promise<string>(() => undefined);
  const waited = orAborted(never, stop.signal, () => new Error('given up'));
  stop.abort();
  await expect(waited).rejects.toThrow('given up');
  await expect(orAborted(never, stop.signal)).rejects.toBe(stop.signal.reason);
  expect(await orAborted(Promise.resolve('done'), new AbortController().signal)).toBe('done');
});
