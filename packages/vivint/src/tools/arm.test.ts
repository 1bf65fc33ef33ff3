import { ToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { call, house, noAnswer, refusal } from '../../test/doubles/acting-house.ts';
import { door, type FakeOptions, type FakeVivint, fakeContext, fakePartition, obeys } from '../../test/doubles/fake-vivint.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { armTool } from './arm.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('the exit delay runs, it is armed already, and the other mode asks', async () => {
    expect(await replies.reply('vivint_arm', { mode: 'stay', system: 'Home', partition: 2 })).toMatchSnapshot();
    await replies.simulator.clock.advance(120_000);
    expect(await replies.reply('vivint_arm', { mode: 'stay', system: 'Home', partition: 2 })).toMatchSnapshot();
    const [preview, reply] = await replies.agreed('vivint_arm', { mode: 'away', system: 'Home', partition: 2, wait_s: 0 });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
  test('not ready, and no partition named', async () => {
    expect(await replies.reply('vivint_arm', { mode: 'stay', system: 'Cabin', partition: 1 })).toMatchSnapshot();
    expect(await replies.reply('vivint_arm', { mode: 'stay' })).toMatchSnapshot();
  });
});

test('done when it is armed, pending while the exit delay runs', async () => {
  expect((await call(armTool, house(), { mode: 'stay' })).data).toMatchObject({
    done: 1,
    rows: [['home', 'home', 'disarmed', 'armed stay']],
  });
  const react: FakeOptions['react'] = (_act, fake) => fake.setPartition(fakePartition({ state: 'arming_away' }));
  const { data } = await call(armTool, house({ react }), { mode: 'away' });
  expect(data).toMatchObject({
    done: 0,
    pending: 1,
    rows: [['home', 'home', 'disarmed', 'arming away', expect.stringContaining('60 s')]],
  });
});

test('not ready: nothing is sent, and the reason is named', async () => {
  const fake = house({ react: obeys }, fakePartition({ readyToArm: false }));
  expect(await refusal(armTool, fake, { mode: 'stay' })).toMatchObject({ code: 'conflict', why: '12 Window is open' });
  expect(fake.acts).toEqual([]);
});

test('a refusal of the panel is an error', async () => {
  const react = (): never => {
    throw new ToolError({ code: 'conflict', what: 'Arming was refused', sideEffects: 'none' });
  };
  expect((await refusal(armTool, house({ react }), { mode: 'stay' })).code).toBe('conflict');
});

test('already armed so is unchanged', async () => {
  expect((await call(armTool, house({}, fakePartition({ state: 'armed_stay' })), { mode: 'stay' })).data).toMatchObject({ unchanged: 1 });
});

test('from stay to away asks, and goes through disarmed', async () => {
  const fake = house({ react: obeys }, fakePartition({ state: 'armed_stay' }));
  expect((await refusal(armTool, fake, { mode: 'away' })).code).toBe('confirmation_declined');
  expect(fake.acts).toEqual([]);
  const { data, asked } = await call(armTool, fake, { mode: 'away' }, 'yes');
  expect(asked[0]?.will).toHaveLength(2);
  expect(fake.acts.map((act) => act.kind === 'arm' && act.to)).toEqual(['disarmed', 'away']);
  expect(data).toMatchObject({ done: 1, rows: [['home', 'home', 'armed stay', 'armed away']] });
});

test('if the second step fails the first state is restored, and it is said', async () => {
  const react: FakeOptions['react'] = (act, fake) => {
    if (act.kind === 'arm' && act.to === 'away') throw new ToolError({ code: 'conflict', what: 'refused', sideEffects: 'none' });
    obeys(act, fake);
  };
  const { data } = await call(armTool, house({ react }, fakePartition({ state: 'armed_stay' })), { mode: 'away' }, 'yes');
  expect(data).toMatchObject({
    done: 0,
    failed: 1,
    rows: [['home', 'home', 'armed stay', 'armed stay', 'refused; arming stay again: done']],
  });
});

test('from stay to away: not while it could not be armed again', async () => {
  const notReady = house({ react: obeys }, fakePartition({ state: 'armed_stay', readyToArm: false }));
  expect((await refusal(armTool, notReady, { mode: 'away' }, 'yes')).code).toBe('conflict');
  const forced = house({ react: obeys }, fakePartition({ state: 'armed_stay' }));
  forced.change(door(12, 'Window', { active: true, bypass: 'forced' }));
  expect(await refusal(armTool, forced, { mode: 'away' }, 'yes')).toMatchObject({
    code: 'conflict',
    why: '12 Window is open, bypassed (forced)',
    sideEffects: 'none',
  });
  expect([...notReady.acts, ...forced.acts]).toEqual([]);
});
const switching = (fake: FakeVivint, waitSeconds = 8) => {
  const caller = new AbortController();
  const { context } = fakeContext(fake, 'yes');
  const args = armTool.input.parse({ mode: 'away', wait_s: waitSeconds });
  return {
    caller,
    reply: (remainingMs = 45_000) => armTool.handler(args, { ...context, signal: caller.signal, remainingMs: () => remainingMs }),
  };
};
test('a caller that is gone after the disarming leaves no open home', async () => {
  const gone: FakeOptions['react'] = (act, fake) => {
    run.caller.abort();
    obeys(act, fake);
  };
  const fake = house({ react: gone }, fakePartition({ state: 'armed_stay' }));
  const run = switching(fake);
  expect((await run.reply(0)).data).toMatchObject({ done: 1, rows: [['home', 'home', 'armed stay', 'armed away']] });
});

test('a caller that is gone before: nothing is sent', async () => {
  const fake = house({ react: obeys }, fakePartition({ state: 'armed_stay' }));
  const run = switching(fake);
  run.caller.abort();
  await expect(run.reply()).rejects.toMatchObject({ fields: { code: 'cancelled' } });
  expect(fake.acts).toEqual([]);
});

test('a disarming that got lost is followed by arming again, also without a wait', async () => {
  const react: FakeOptions['react'] = (act, fake) => {
    if (act.kind !== 'arm') return;
    if (act.to === 'disarmed') noAnswer();
    obeys(act, fake);
  };
  const fake = house({ react }, fakePartition({ state: 'armed_stay' }));
  const { data } = await switching(fake, 0).reply();
  expect(fake.acts.map((act) => act.kind === 'arm' && act.to)).toEqual(['disarmed', 'stay']);
  expect(data).toMatchObject({
    done: 0,
    unknown: 1,
    rows: [['home', 'home', 'armed stay', 'armed stay', expect.stringMatching(/may still come.*stay again: done/)]],
  });
});

test('a first state that takes a second try is restored; one that never comes is told loudly', async () => {
  const failing = (times: number): NonNullable<FakeOptions['react']> => {
    let left = times;
    return (act, fake) => {
      if (act.kind === 'arm' && act.to !== 'disarmed' && left > 0) {
        left -= 1;
        throw new ToolError({ code: 'upstream_unavailable', what: 'no connection', sideEffects: 'none' });
      }
      obeys(act, fake);
    };
  };
  const armed = fakePartition({ state: 'armed_stay' });
  expect((await switching(house({ react: failing(2) }, armed)).reply()).data).toMatchObject({
    failed: 1,
    rows: [expect.arrayContaining(['armed stay'])],
  });
  const { data } = await switching(house({ react: failing(9) }, armed)).reply();
  // Nothing was seen after the last try, so nothing is claimed.
  expect(data).toMatchObject({
    done: 0,
    unknown: 1,
    rows: [['home', 'home', 'armed stay', 'unknown', expect.stringContaining('may be DISARMED')]],
  });
});
/** A call of 45 s, or as long as given, by the clock of the fake. */
const within = (fake: FakeVivint, args: Record<string, unknown>, callMs = 45_000) => {
  const { context } = fakeContext(fake, 'yes');
  const end = fake.clock.now() + callMs;
  return { end, reply: () => armTool.handler(armTool.input.parse(args), { ...context, remainingMs: () => end - fake.clock.now() }) };
};
test.each([
  ['that arms nothing', false],
  ['that disarms late and arms nothing', true],
])('a panel %s: the alarm comes before the call ends', async (_what, late) => {
  let disarmsAt = Number.POSITIVE_INFINITY;
  const react: FakeOptions['react'] = (act, fake) => {
    if (act.kind !== 'arm' || act.to !== 'disarmed') return;
    disarmsAt = fake.clock.now() + (late ? 9_500 : 0);
  };
  const fake = house({ react }, fakePartition({ state: 'armed_stay' }));
  const look = fake.house;
  Object.assign(fake, {
    house: async (...given: Parameters<FakeVivint['house']>) => {
      if (fake.clock.now() >= disarmsAt) fake.setPartition(fakePartition({ state: 'disarmed' }));
      return look(...given);
    },
  });
  const { end, reply } = within(fake, { mode: 'away', wait_s: 30 });
  expect((await reply()).data).toMatchObject({
    done: 0,
    unknown: 1,
    rows: [['home', 'home', 'armed stay', 'disarmed', expect.stringContaining('The home is DISARMED: tell the person at once')]],
  });
  expect(fake.acts.map((act) => act.kind === 'arm' && act.to)).toEqual(['disarmed', 'away', 'stay', 'stay', 'stay']);
  expect(fake.clock.now()).toBeLessThanOrEqual(end - 1500);
});

test('a cloud that hangs after the disarming: the alarm comes before the call ends, and the home is still armed', async () => {
  vi.useFakeTimers();
  try {
    let answer: () => void = () => undefined;
    const fake = house({ react: obeys }, fakePartition({ state: 'armed_stay' }));
    const perform = fake.perform;
    Object.assign(fake, {
      perform: async (...given: Parameters<FakeVivint['perform']>) => {
        const [act] = given;
        if (act.kind === 'arm' && act.to === 'away')
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
        return perform(...given);
      },
    });
    const told = switching(fake).reply();
    await vi.advanceTimersByTimeAsync(44_000);
    expect((await told).data).toMatchObject({
      done: 0,
      unknown: 1,
      rows: [['home', 'home', 'armed stay', 'unknown', expect.stringContaining('may be DISARMED: tell the person at once')]],
    });
    answer();
    await vi.advanceTimersByTimeAsync(1);
    expect(fake.acts.map((act) => act.kind === 'arm' && act.to)).toEqual(['disarmed', 'away']);
  } finally {
    vi.useRealTimers();
  }
});

test('it is looked at no longer than the call lasts', async () => {
  const fake = house({}, fakePartition({ state: 'disarmed' }));
  const { end, reply } = within(fake, { mode: 'stay', wait_s: 30 }, 10_000);
  expect((await reply()).data).toMatchObject({ done: 0, unknown: 1 });
  expect(fake.clock.now()).toBeLessThan(end);
});

test('an alarm is not armed over', async () => {
  expect((await refusal(armTool, house({}, fakePartition({ state: 'alarm' })), { mode: 'stay' })).code).toBe('conflict');
});
