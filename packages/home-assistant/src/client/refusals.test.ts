import { ToolError } from '@switchyard-mcp/core';
import { TestClock } from '@switchyard-mcp/core/testing';
import { expect, test } from 'vitest';
import { createRefusals } from './refusals.ts';

const refused = new ToolError({ code: 'auth_failed', what: 'Refused.' });

test('a refusal holds longer each time, and an accepted sign-in ends the count', async () => {
  const clock = new TestClock();
  const refusals = createRefusals(clock);
  const holdMs = async (): Promise<number> => {
    const from = clock.monotonic();
    while (refusals.held !== undefined) await clock.advance(1_000);
    return clock.monotonic() - from;
  };
  const holds: number[] = [];
  for (let times = 0; times < 9; times += 1) {
    refusals.note(refused);
    holds.push(await holdMs());
  }
  expect(holds.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
  expect(holds.at(-1)).toBe(600_000);
  expect(refusals.any).toBe(true);
  refusals.accepted();
  expect(refusals.any).toBe(false);
  refusals.note(refused);
  expect(await holdMs()).toBe(5_000);
});

test('other failures hold nothing back', () => {
  const refusals = createRefusals(new TestClock());
  refusals.note(new ToolError({ code: 'timeout', what: 'Late.' }));
  refusals.note(new Error('x'));
  expect([refusals.held, refusals.any]).toEqual([undefined, false]);
});
