import { expect, test } from 'vitest';
import { kindInWords, personIn } from './event-words.ts';

test.each([
  ['Failed to arm: Front Door open', 'failed'],
  ['System was not armed', 'failed'],
  ['System could not be disarmed', 'failed'],
  ["The garage door didn't close", 'failed'],
  ['Front Lock failed to lock', 'jammed'],
  ['System armed to Away by Dana Fox', 'armed'],
  ['System disarmed by Dana Fox', 'disarmed'],
  ['Front Door was opened', 'opened'],
  ['Front Lock was locked by Keypad', 'locked'],
  ['Front Lock tips', 'other'],
  ['Doorbell camera detected a person', 'seen'],
  ['Doorbell rang', 'doorbell'],
])('%s: %s', (text, kind) => {
  expect(kindInWords(text)).toBe(kind);
});

test.each([
  ['System armed to Away by Dana Fox', 'Dana Fox'],
  ['Front Lock was unlocked by Ana.', 'Ana'],
  ['Front Lock was locked by Keypad', undefined],
  ['Front Lock was locked by the app', undefined],
  ['System armed', undefined],
])('who it was: %s', (text, person) => {
  expect(personIn(text)).toBe(person);
});
