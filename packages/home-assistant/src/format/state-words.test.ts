import { expect, test } from 'vitest';
import { stateNow } from '../../test/doubles/fake-home.ts';
import { stateWords } from './state-words.ts';

const nowMs = Date.parse('2026-11-25T12:00:00Z');

test('a timer tells what is left, and in the time of the home when it ends', () => {
  const active = stateNow('timer.eggs', 'active', { duration: '0:05:00', finishes_at: '2026-11-25T12:05:00+00:00' });
  expect(stateWords(active, nowMs, 'Europe/Berlin')).toBe('active, 5m left, until 2026-11-25T13:05');
  expect(stateWords(active, nowMs)).toBe('active, 5m left');
  expect(stateWords(stateNow('timer.eggs', 'paused', { remaining: '0:03:00' }), nowMs)).toBe('paused, 0:03:00 left');
  expect(stateWords(stateNow('timer.eggs', 'idle'), nowMs)).toBe('idle');
});
