import { expect, test } from 'vitest';
import { isToolError } from '../errors/tool-error.ts';
import { createApprovals } from '../runtime/approvals.ts';
import { ConfirmationKeeper, type ConfirmationSubject } from './confirmation.ts';

const subject: ConfirmationSubject = {
  tool: 'ha_unlock',
  args: { id: 'lock.front', code: 1 },
  principal: 'local',
  state: { lock: 'locked' },
};

const approvals = createApprovals();

const start = (): { keeper: ConfirmationKeeper; pass: (ms: number) => void } => {
  let nowMs = 1_000_000;
  return { keeper: new ConfirmationKeeper({ approvals, clock: { now: () => nowMs } }), pass: (ms) => (nowMs += ms) };
};

const reasonOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'confirmation_required' && error.fields.sideEffects === 'none') return error.fields.why;
    throw error;
  }
  return undefined;
};

test('a token works once, whatever the order of the arguments', () => {
  const { keeper } = start();
  const token = keeper.mint(subject);
  const approval = keeper.redeem(token, { ...subject, args: { code: 1, id: 'lock.front' } });
  expect(approval.how).toBe('token');
  expect(approvals.accepts(approval)).toBe(true);
  expect(reasonOf(() => keeper.redeem(token, subject))).toMatch(/used already/);
});

test.each([
  ['tool', { tool: 'ha_other' }, /other arguments/],
  ['arguments', { args: { id: 'lock.back', code: 1 } }, /other arguments/],
  ['principal', { principal: 'mallory' }, /other arguments/],
  ['state', { state: { lock: 'jammed' } }, /has changed/],
])('a token is bound to its %s', (_what, change, reason) => {
  const { keeper } = start();
  const token = keeper.mint(subject);
  expect(reasonOf(() => keeper.redeem(token, { ...subject, ...change }))).toMatch(reason);
});

test('a state held in a map is bound too', () => {
  const { keeper } = start();
  const token = keeper.mint({ ...subject, state: new Map([['lock', 'locked']]) });
  expect(reasonOf(() => keeper.redeem(token, { ...subject, state: new Map([['lock', 'open']]) }))).toMatch(/has changed/);
});

test('after a changed target the token is spent', () => {
  const { keeper } = start();
  const token = keeper.mint(subject);
  expect(reasonOf(() => keeper.redeem(token, { ...subject, state: 'other' }))).toMatch(/has changed/);
  expect(reasonOf(() => keeper.redeem(token, subject))).toMatch(/used already/);
});

test('a token lives 120 seconds', () => {
  const { keeper, pass } = start();
  const [inTime, late] = [keeper.mint(subject), keeper.mint(subject)];
  pass(120_000);
  expect(approvals.accepts(keeper.redeem(inTime, subject))).toBe(true);
  pass(1);
  expect(reasonOf(() => keeper.redeem(late, subject))).toMatch(/older than 120 seconds/);
});

test.each(['', 'x', 'a.b.c', '__proto__', 'yes'])('%j is no token', (token) => {
  expect(reasonOf(() => start().keeper.redeem(token, subject))).toMatch(/not one of this server/);
});

test('a damaged signature and a token of another process are refused', () => {
  const { keeper } = start();
  const token = keeper.mint(subject);
  const damaged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
  expect(reasonOf(() => keeper.redeem(damaged, subject))).toMatch(/damaged/);
  expect(reasonOf(() => start().keeper.redeem(token, subject))).toMatch(/not one of this server/);
});

test('a question is no token and a token no question', () => {
  const { keeper } = start();
  expect(reasonOf(() => keeper.redeem(keeper.sealQuestion(subject), subject))).toMatch(/not one of this server/);
  expect(keeper.acceptQuestion(keeper.mint(subject), subject)).toBeUndefined();
  const sealed = keeper.sealQuestion(subject);
  expect(keeper.acceptQuestion(sealed, subject)?.how).toBe('elicitation');
  expect(keeper.acceptQuestion(sealed, subject)).toBeUndefined();
});

test('an approval cannot be made elsewhere', () => {
  const { keeper } = start();
  const real = keeper.redeem(keeper.mint(subject), subject);
  expect([{ how: 'token' }, { ...real }, structuredClone(real), null, 'token', undefined].some(approvals.accepts)).toBe(false);
});

test('a flood of previews pushes out the oldest', () => {
  const { keeper } = start();
  const first = keeper.mint(subject);
  for (let count = 0; count < 1000; count += 1) keeper.mint(subject);
  expect(reasonOf(() => keeper.redeem(first, subject))).toMatch(/not one of this server/);
});
