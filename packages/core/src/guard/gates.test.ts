import { expect, test } from 'vitest';
import { isToolError } from '../errors/tool-error.ts';
import { type Approval, createApprovals } from '../runtime/approvals.ts';
import { createGates, type Gates } from './gates.ts';

const approvals = createApprovals();
const approval = approvals.approve('token');
const gatesAt = (level: string, security: 'ask' | 'never' = 'ask'): Gates =>
  createGates({ levels: ['read', 'control', 'admin'], level, security, accepts: approvals.accepts, elsewhere: 'in the app' });
const refusalOf = (run: () => void): unknown => {
  try {
    run();
    return 'let through';
  } catch (error) {
    if (!isToolError(error)) throw error;
    expect(error.fields.sideEffects).toBe('none');
    return error.fields.code;
  }
};

test.each([
  ['control', 'read', 'let through'],
  ['control', 'control', 'let through'],
  ['control', 'admin', 'permission_denied'],
  ['control', 'unheard of', 'permission_denied'],
  ['unheard of', 'control', 'permission_denied'],
])('at the level %s what needs %s: %s', (level, needed, expected) => {
  expect(refusalOf(() => gatesAt(level).requireLevel(needed, 'Restarting'))).toBe(expected);
  expect(refusalOf(() => gatesAt(level).requireAskable(needed, 'Restarting'))).toBe(expected);
});

test('without the approval of a person nothing that needs one is let through, a look-alike included', () => {
  const gates = gatesAt('admin');
  expect(refusalOf(() => gates.requireApproval(approval, 'Unlocking'))).toBe('let through');
  expect(refusalOf(() => gates.requireApproval(undefined, 'Unlocking'))).toBe('confirmation_required');
  expect(refusalOf(() => gates.requireApproval({ how: 'token' } as Approval, 'Unlocking'))).toBe('confirmation_required');
});

test('where it is never done, no approval helps and nobody is asked', () => {
  const gates = gatesAt('admin', 'never');
  expect(refusalOf(() => gates.requireApproval(approval, 'Unlocking'))).toBe('permission_denied');
  expect(refusalOf(() => gates.requireAllowed('Unlocking'))).toBe('permission_denied');
  // What is not security-relevant only needs a person.
  expect(refusalOf(() => gates.requireConsent(approval, 'Removing an area'))).toBe('let through');
  expect(refusalOf(() => gates.requireConsent(undefined, 'Removing an area'))).toBe('confirmation_required');
  expect(refusalOf(() => gates.requireAskable('read', 'Unlocking'))).toBe('permission_denied');
});

test('a refusal says why and where a person can do it', () => {
  expect(() => gatesAt('admin', 'never').requireApproval(approval, 'Unlocking', { why: 'It would unlock lock.front.' })).toThrow(
    expect.objectContaining({
      fields: expect.objectContaining({
        what: 'Unlocking was not done.',
        why: 'It would unlock lock.front. This server is set to never do such actions.',
        next: ['Leave this to a person, in the app.'],
      }),
    }),
  );
});
