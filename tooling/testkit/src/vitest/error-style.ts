import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll, beforeAll, expect } from 'vitest';

/** What an error says, as far as its style is concerned. */
export interface ErrorTexts {
  readonly code: string;
  readonly what: string;
  readonly why?: string;
  readonly next?: readonly string[];
}

/** A sentence begins with a capital letter, or with what is written as it is: an id, an argument, a quoted text, a number. */
const begins = /^(?:[^a-z]|[a-z][\w-]*[._=:/[(\d-]|[a-z]+_|(?:id|op|data|config|patch|npx)\b)/;
const ends = /[.!?…]$/;

/** Where an error breaks the one style of errors: sentence case, full stops, and nothing in `what` that is rendered from its side effects. */
export const styleProblems = ({ code, what, why, next = [] }: ErrorTexts): readonly string[] => [
  ...(begins.test(what) ? [] : [`${code}: what begins in lower case: ${what}`]),
  ...(/nothing (was|has been) (sent|changed|done|stored|deleted)/i.test(what) ? [`${code}: what says that nothing was done: ${what}`] : []),
  ...[what, ...(why === undefined ? [] : [why]), ...next]
    .filter((text) => !ends.test(text))
    .map((text) => `${code}: no full stop: ${text}`),
  ...next.filter((text) => !begins.test(text)).map((text) => `${code}: next begins in lower case: ${text}`),
];

/** A setup file of the test runner: every error that a test provokes is checked. */
const problems = new Set<string>();
const check = (fields: unknown): void => {
  for (const problem of styleProblems(fields as ErrorTexts)) problems.add(problem);
};
beforeAll(() => subscribe('switchyard:rendered-error', check));
afterAll(() => {
  unsubscribe('switchyard:rendered-error', check);
  expect([...problems]).toEqual([]);
});
