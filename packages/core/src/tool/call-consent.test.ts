import { expect, test } from 'vitest';
import type { CallOutcome } from './call-outcome.ts';
import { asking, dataOf, errorOf, make, plain, setup, unlock } from './fixtures/house.ts';

test('without a way to ask, a preview comes first and its token acts once', async () => {
  const { caller, house } = setup([unlock]);
  const preview = dataOf(await caller.call('t_unlock', { id: 'a' }, plain));
  expect(preview).toMatchObject({ expires: '120 s', will: [['unlock', 'lock.front', 'locked → open']], against: ['it is night'] });
  expect(house.unlocked).toBe(0);
  const again = { id: 'a', confirm: preview['confirm'] };
  expect(errorOf(await caller.call('t_unlock', { ...again, id: 'b' }, plain)).code).toBe('confirmation_required');
  expect(dataOf(await caller.call('t_unlock', again, plain))).toEqual({ ok: true });
  expect(errorOf(await caller.call('t_unlock', again, plain)).text).toContain('used already');
  expect(house.unlocked).toBe(1);
});

test.each([true, 'yes', {}, '', null, 'a.b'])('confirm=%j is no consent', async (confirm) => {
  const { caller, house } = setup([unlock]);
  await caller.call('t_unlock', { confirm }, plain);
  expect(house.unlocked).toBe(0);
});

test('a target that changed after the preview is refused', async () => {
  const { caller, house } = setup([unlock]);
  const { confirm } = dataOf(await caller.call('t_unlock', {}, plain));
  house.lock = 'jammed';
  expect(errorOf(await caller.call('t_unlock', { confirm }, plain)).text).toContain('has changed');
  expect(house.unlocked).toBe(0);
});

test('a client that can ask its person is asked, and only its signed question counts', async () => {
  const { caller, house } = setup([unlock]);
  const asked = await caller.call('t_unlock', {}, asking);
  if (asked.kind !== 'ask') throw new Error(asked.kind);
  expect(asked.message).toBe('Unlock lock.front? unlock lock.front locked → open. Against it: it is night.');
  const { askedState } = asked;
  expect((await caller.call('t_unlock', {}, { ...asking, answer: 'accept' })).kind).toBe('ask');
  expect((await caller.call('t_unlock', {}, { ...asking, answer: 'accept', askedState: 'made.up' })).kind).toBe('ask');
  expect(errorOf(await caller.call('t_unlock', { confirm: askedState }, plain)).code).toBe('confirmation_required');
  for (const answer of ['decline', 'cancel'] as const)
    expect(errorOf(await caller.call('t_unlock', {}, { ...asking, answer, askedState })).code).toBe('confirmation_declined');
  expect(house.unlocked).toBe(0);
  expect(dataOf(await caller.call('t_unlock', {}, { ...asking, answer: 'accept', askedState }))).toEqual({ ok: true });
  expect((await caller.call('t_unlock', {}, { ...asking, answer: 'accept', askedState })).kind).toBe('ask');
  expect(house.unlocked).toBe(1);
});

test('a question does not say the same thing twice, nor a blank', async () => {
  const restart = make({
    name: 't_restart',
    effect: 'change',
    confirm: 'always',
    handler: async (_args, { confirm }) => {
      await confirm({ summary: 'Restart the house', will: [['restart', 'the house', '']], state: 1 });
      return { data: { ok: true } };
    },
  });
  const asked = await setup([restart]).caller.call('t_restart', {}, asking);
  expect(asked.kind === 'ask' && asked.message).toBe('Restart the house?');
});

test('when the target changed while the person thought, the person is asked again', async () => {
  const { caller, house } = setup([unlock]);
  const asked = await caller.call('t_unlock', {}, asking);
  house.lock = 'jammed';
  const again = await caller.call(
    't_unlock',
    {},
    { ...asking, answer: 'accept', askedState: asked.kind === 'ask' ? asked.askedState : '' },
  );
  expect(again.kind === 'ask' && again.message).toContain('jammed');
});

test('one key, one act: at once, later, and across a preview', async () => {
  let times = 0;
  const write = make({ name: 't_write', effect: 'change', handler: async () => ({ data: { ok: true, times: ++times } }) });
  const { caller, house } = setup([write, unlock]);
  const call = (): Promise<CallOutcome> => caller.call('t_write', { idempotency_key: 'k' }, plain);
  expect((await Promise.all([call(), call()])).map((outcome) => dataOf(outcome)['times'])).toEqual([1, 1]);
  expect(errorOf(await caller.call('t_write', { idempotency_key: 'k', id: 'x' }, plain)).code).toBe('conflict');
  const { confirm } = dataOf(await caller.call('t_unlock', { idempotency_key: 'k' }, plain));
  for (let repeat = 0; repeat < 2; repeat += 1)
    expect(dataOf(await caller.call('t_unlock', { idempotency_key: 'k', confirm }, plain))).toEqual({ ok: true });
  expect(house.unlocked).toBe(1);
});

test('a reply that has a field called confirm is no preview', async () => {
  let times = 0;
  const write = make({ name: 't_write', effect: 'change', handler: async () => ({ data: { confirm: ++times } }) });
  const { caller } = setup([write]);
  for (let repeat = 0; repeat < 2; repeat += 1)
    expect(dataOf(await caller.call('t_write', { idempotency_key: 'k' }, plain))).toEqual({ confirm: 1 });
});
