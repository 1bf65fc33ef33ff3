import { ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { createRefusals } from './refusals.ts';

const refused = new ToolError({ code: 'auth_failed', what: 'Refused.' });

test('a refusal holds longer each time, and an accepted sign-in ends the count', () => {
  let clock = 0;
  const refusals = createRefusals(() => clock);
  const holdMs = (): number => {
    const from = clock;
    while (refusals.held !== undefined) clock += 1_000;
    return clock - from;
  };
  const holds = Array.from({ length: 9 }, () => {
    refusals.note(refused);
    return holdMs();
  });
  expect(holds.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
  expect(holds.at(-1)).toBe(600_000);
  expect(refusals.any).toBe(true);
  refusals.accepted();
  expect(refusals.any).toBe(false);
  refusals.note(refused);
  expect(holdMs()).toBe(5_000);
});

test('other failures hold nothing back', () => {
  const refusals = createRefusals();
  refusals.note(new ToolError({ code: 'timeout', what: 'Late.' }));
  refusals.note(new Error('x'));
  expect([refusals.held, refusals.any]).toEqual([undefined, false]);
});
