import { expect, test } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { createKeepAlive } from './keep-alive.ts';

const minuteMs = 60_000;

const start = (ping: () => Promise<void> = async () => undefined) => {
  const clock = new TestClock();
  const seen: string[] = [];
  const keepAlive = createKeepAlive({
    clock,
    everyMs: 4 * minuteMs,
    idleMs: 60 * minuteMs,
    ping: async () => {
      seen.push('ping');
      await ping();
    },
    alongside: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    onPause: () => void seen.push('pause'),
  });
  return { clock, seen, keepAlive };
};

test('it asks at intervals while in use, pauses when nobody does, and goes on at the next use', async () => {
  const { clock, seen, keepAlive } = start();
  await clock.advance(10 * minuteMs);
  expect(seen).toEqual([]);
  keepAlive.touch();
  keepAlive.touch();
  await clock.advance(8 * minuteMs);
  expect(seen).toEqual(['ping', 'ping']);
  await clock.advance(60 * minuteMs);
  expect(seen.filter((what) => what === 'ping')).toHaveLength(15);
  expect(seen.at(-1)).toBe('pause');
  expect(clock.pending).toBe(0);
  keepAlive.touch();
  await clock.advance(4 * minuteMs);
  expect(seen.at(-1)).toBe('ping');
  await keepAlive.close();
});

test('while it is held it does not pause; letting go twice counts once', async () => {
  const { clock, seen, keepAlive } = start();
  keepAlive.touch();
  const [letGo, other] = [keepAlive.hold(), keepAlive.hold()];
  letGo();
  letGo();
  await clock.advance(120 * minuteMs);
  expect(seen).not.toContain('pause');
  other();
  await clock.advance(4 * minuteMs);
  expect(seen.at(-1)).toBe('pause');
});

test('a ping that fails does not end it; closing does, for good', async () => {
  const { clock, seen, keepAlive } = start(() => Promise.reject(new Error('away')));
  keepAlive.touch();
  await clock.advance(8 * minuteMs);
  expect(seen).toEqual(['ping', 'ping']);
  await keepAlive.close();
  keepAlive.touch();
  await clock.advance(8 * minuteMs);
  expect(seen).toEqual(['ping', 'ping', 'pause']);
  expect(clock.pending).toBe(0);
});
