import { expect, test } from 'vitest';
import { ToolError } from '../errors/tool-error.ts';
import { readBack } from './read-back.ts';

const never = new AbortController().signal;
const failing = (error: Error) => () => Promise.reject(error);

test('what could not be read is not taken for what was read', async () => {
  expect(await readBack(async () => undefined, never)).toEqual({ seen: undefined });
  expect(await readBack(failing(new ToolError({ code: 'timeout', what: 'no answer', sideEffects: 'none' })), never)).toBeUndefined();
  expect(await readBack(failing(new Error('aborted')), AbortSignal.abort())).toBeUndefined();
});

test('a fault of the program is thrown', async () => {
  await expect(readBack(failing(new TypeError('a bug')), never)).rejects.toThrow('a bug');
});
