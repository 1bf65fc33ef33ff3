import { expect, test } from 'vitest';
import { TestClock } from '../testing/test-clock.ts';
import { createBreaker } from './breaker.ts';
import { path } from './path.ts';
import { jitterMs, retryAfterMs } from './retry-delay.ts';
import { parseBaseUrl } from './target-url.ts';

test('values are encoded into one segment', () => {
  expect(path`/api/states/${'light.a b/c?d#e'}/x${7}`).toBe('/api/states/light.a%20b%2Fc%3Fd%23e/x7');
});

test('values that lead elsewhere are refused', () => {
  for (const value of ['', '.', '..', 'a\nb', '\ud800']) expect(() => path`/api/${value}`).toThrow('cannot be part of an address');
  const dot = '.x'.slice(0, 1);
  expect(() => path`/api/.${dot}/x`).toThrow();
});

test('Retry-After in seconds, as a date, and neither', () => {
  expect(retryAfterMs('3', 0)).toBe(3_000);
  expect(retryAfterMs('Wed, 21 Oct 2026 07:28:05 GMT', Date.parse('2026-10-21T07:28:00Z'))).toBe(5_000);
  expect([retryAfterMs(undefined, 0), retryAfterMs('soon', 0), retryAfterMs('-1', 0)]).toEqual([undefined, undefined, undefined]);
});

test('jitter spreads over the whole of a growing, capped range', () => {
  expect([jitterMs(1, () => 0), jitterMs(1, () => 1), jitterMs(3, () => 1), jitterMs(30, () => 1)]).toEqual([0, 200, 800, 5_000]);
});

test('base addresses are http or https and carry no credentials', () => {
  for (const bad of ['x', 'ftp://x', 'http://u:p@x']) expect(() => parseBaseUrl(bad)).toThrow();
  expect(parseBaseUrl('https://x:1/y?z#w').href).toBe('https://x:1/y');
});

test('a failed probe opens the breaker again; an abandoned one lets the next try', async () => {
  const clock = new TestClock();
  const breaker = createBreaker({ failures: 1, openMs: 10, clock });
  breaker.enter().failed();
  await clock.advance(10);
  breaker.enter().abandoned();
  breaker.enter().failed();
  expect(breaker.state).toBe('open');
  await clock.advance(10);
  breaker.enter().succeeded();
  expect(breaker.state).toBe('closed');
});
