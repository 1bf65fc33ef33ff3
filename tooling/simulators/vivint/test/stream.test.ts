import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOME, playDay, SUBSCRIBE_KEY, startVivintSimulator, type VivintSimulator } from '../src/index.ts';
import { Caller, type Json, logIn } from './client.ts';

let simulator: VivintSimulator;
let ana: Caller;

beforeEach(async () => {
  simulator = await startVivintSimulator({ clock: { flowing: false } });
  ana = new Caller(simulator, await logIn(simulator, 'sms'));
  await ana.get('authuser');
});
afterEach(() => simulator.close());

interface Message {
  readonly p: { readonly t: string };
  readonly d: {
    readonly t: string;
    readonly op: string;
    readonly panid?: number;
    readonly parid?: number;
    readonly dseq: number;
    readonly da: Json;
  };
}
interface Polled {
  readonly t: { readonly t: string; readonly r: number };
  readonly m: readonly Message[];
}

const address = (since: string, who = 'sms'): string => {
  const channel = encodeURIComponent(`PlatformChannel#${simulator.account(who).channel}`);
  return `${simulator.urls.stream}/v2/subscribe/${SUBSCRIBE_KEY}/${channel},${channel}-pnpres/0?tt=${since}&uuid=pn-TEST`;
};
const poll = async (since = '0', who = 'sms'): Promise<Polled> => (await (await fetch(address(since, who))).json()) as Polled;
/** Starts a poll and waits until the simulator holds it open. */
const openPoll = async (since: string, who = 'sms'): Promise<{ answer: Promise<Polled> }> => {
  const before = simulator.stream.openPolls;
  const answer = poll(since, who);
  answer.catch(() => undefined);
  while (simulator.stream.openPolls === before) await new Promise((resolve) => setImmediate(resolve));
  return { answer };
};

describe('the subscribe call', () => {
  test('answers the first time at once with a 17-digit time, and holds the next until there is news', async () => {
    const first = await poll();
    expect([first.t.t, first.m]).toEqual([expect.stringMatching(/^\d{17}$/), []]);
    const { answer } = await openPoll(first.t.t);
    simulator.sense(12, true);
    const { m, t } = await answer;
    expect(m.map(({ d }) => [d.t, d.op, d.panid, d.parid])).toEqual([
      ['account_partition', 'u', HOME, 1],
      ['account_partition', 'u', HOME, 1],
    ]);
    expect(m[0]?.d.da).toMatchObject({
      d: [{ _id: 12, s: true }],
      plctx: { ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}$/) },
    });
    expect(m[1]?.d.da).toMatchObject({ rta: false });
    const { answer: rest } = await openPoll(t.t);
    simulator.sense(12, false);
    expect((await rest).m[0]?.d.da).toMatchObject({ d: [{ _id: 12, s: false }] });
  });

  test('answers empty when its time is up', async () => {
    const { answer } = await openPoll((await poll()).t.t);
    await simulator.clock.advance(310_000);
    expect((await answer).m).toEqual([]);
  });

  test.each([
    [`/v2/subscribe/sub-c-other/x/0?tt=0&uuid=a`],
    [`/v2/subscribe/${SUBSCRIBE_KEY}/x/0?tt=0`],
    [`/v2/subscribe/${SUBSCRIBE_KEY}/x/0?tt=soon&uuid=a`],
  ])('refuses %s', async (path) => {
    expect((await fetch(`${simulator.urls.stream}${path}`)).status).toBe(400);
  });

  test('keeps a hundred messages for twenty minutes for those who come back', async () => {
    const { t } = await poll();
    for (let i = 0; i < 60; i += 1) simulator.patch(60, { val: 20 + i / 10 });
    for (let i = 0; i < 60; i += 1) simulator.patch(61, { val: 20 + i / 10 });
    const { m } = await poll(t.t);
    expect(m).toHaveLength(100);
    const times = m.map(({ p }) => BigInt(p.t));
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? time))).toBe(true);
    await simulator.clock.advance(20 * 60_000 + 1);
    const { answer } = await openPoll(t.t);
    simulator.faults.dropStream();
    await expect(answer).rejects.toThrow('fetch failed');
  });

  test('reaches only those who see the system', async () => {
    await new Caller(simulator, await logIn(simulator, 'totp')).get('authuser');
    const { t } = await poll('0', 'totp');
    simulator.patch(10, { s: false }, simulator.cloud.systems.size > 1 ? [...simulator.cloud.systems.keys()][1] : HOME);
    simulator.patch(50, { s: true });
    expect((await poll(t.t, 'totp')).m.map(({ d }) => (d.da['d'] as Json[])[0])).toEqual([{ _id: 50, s: true }]);
  });

  test('falls silent when its user asks the API nothing for fifteen minutes', async () => {
    const { t } = await poll();
    await simulator.clock.advance(15 * 60_000 + 1000);
    simulator.patch(50, { s: true });
    simulator.tokens.rules.expiresIn = 7200;
    await ana.get('authuser');
    simulator.patch(50, { s: false });
    expect((await poll(t.t)).m.map(({ d }) => (d.da['d'] as Json[])[0]?.['s'])).toEqual([false]);
    // Three administrators see the house; nobody got the first push.
    expect(simulator.stream.lost.filter(({ channel }) => channel === simulator.account('sms').channel)).toHaveLength(1);
  });
});

describe('messages', () => {
  test('who armed and disarmed is in the message', async () => {
    const { t } = await poll();
    await ana.put(`${HOME}/1/armedstates`, { armState: 3 });
    await ana.put(`${HOME}/1/armedstates`, { armState: 0 });
    const { m } = await poll(t.t);
    expect(m.map(({ d }) => d.da)).toMatchObject([
      { s: 2, seca: { n: 'Ana Ortiz', s: 3 } },
      { s: 0, secd: { n: 'Ana Ortiz', s: 0 } },
    ]);
  });

  test('dotted keys reach into the snapshot', async () => {
    const { t } = await poll();
    simulator.patch(1, { 'battery_report_v2.bad_battery': true });
    simulator.cloud.changeSystem(HOME, { csce: 'away', u: [{ _id: 2, 'lids.1': 31 }] });
    const { m } = await poll(t.t);
    expect(m[0]?.d.da['d']).toEqual([{ _id: 1, 'battery_report_v2.bad_battery': true }]);
    expect(m[1]?.d).toMatchObject({ t: 'account_system', op: 'u', da: { csce: 'away', u: [{ _id: 2, 'lids.1': 31 }] } });
    const { system } = (await ana.get(`systems/${HOME}`)) as { system: { csce: string; u: Json[]; par: { d: Json[] }[] } };
    expect([system.csce, system.u[1]?.['lids']]).toEqual(['away', [30, 31]]);
    expect(system.par[0]?.d[0]?.['battery_report_v2']).toMatchObject({ bad_battery: true, vo: 4.1 });
  });

  test('duplicates share their number, late ones carry their old time and change nothing', async () => {
    const { t } = await poll();
    simulator.faults.duplicateEvents = true;
    simulator.patch(50, { s: true });
    simulator.faults.duplicateEvents = false;
    const { device: lamp, ...home } = simulator.cloud.place(HOME, 50);
    simulator.cloud.pushStale({ ...home, device: lamp }, { s: false }, 60_000);
    simulator.cloud.pushStale(home, { s: 4 }, 60_000);
    const { m } = await poll(t.t);
    expect(m.map(({ d }) => (d.da['d'] as Json[] | undefined)?.[0]?.['s'] ?? d.da['s'])).toEqual([true, true, false, 4]);
    expect(m[0]?.d.dseq).toBe(m[1]?.d.dseq);
    const [first, , last] = m.map(({ d }) => String((d.da['plctx'] as Json)['ts']));
    expect(String(last) < String(first)).toBe(true);
    expect([lamp['s'], home.partition.s]).toEqual([true, 0]);
  });

  test('pushes can be held back', async () => {
    const { t } = await poll();
    simulator.faults.lateEventsMs = 5000;
    simulator.patch(50, { s: true });
    const { answer } = await openPoll(t.t);
    await simulator.clock.advance(5000);
    expect((await answer).m).toHaveLength(1);
  });

  test('cameras push what they notice in their own shapes', async () => {
    const { t } = await poll();
    for (const what of ['ring', 'visitor', 'motion', 'clip ready'] as const) simulator.notice(70, what);
    expect((await poll(t.t)).m.map(({ d }) => (d.da['d'] as Json[])[0])).toEqual([
      { _id: 70, dng: true },
      { _id: 70, vdt: true },
      { _id: 70, act: 'vivint_dbc350_camera_device', s: 1 },
      { _id: 70, t: 'camera_device' },
    ]);
    expect(simulator.cloud.history.all(HOME, 1).slice(-3)).toMatchObject([{ det: 6, hes: 30 }, { det: 7 }, { det: 1 }]);
  });

  test('a device is added and removed', async () => {
    const { t } = await poll();
    simulator.cloud.addDevice(HOME, 1, { _id: 200, t: 'binary_switch_device', n: 'New Lamp', panid: HOME, s: false, ol: true });
    simulator.cloud.removeDevice(HOME, 200);
    expect((await poll(t.t)).m.map(({ d }) => [d.op, (d.da['d'] as Json[])[0]?.['_id']])).toEqual([
      ['c', 200],
      ['d', 200],
    ]);
  });

  test('a Google thermostat speaks without the panel', async () => {
    const { t } = await poll();
    simulator.patch(61, { val: 22 });
    expect((await poll(t.t)).m[0]?.d.da).not.toHaveProperty('plctx');
  });
});

test('a day passes at once, and history has all of it', async () => {
  const before = simulator.cloud.history.all(HOME).length;
  playDay(simulator);
  await simulator.clock.advance(24 * 3_600_000);
  const day = simulator.cloud.history.all(HOME).slice(before);
  expect(day.length).toBeGreaterThan(45);
  expect(day.map(({ ts }) => ts)).toEqual([...day.map(({ ts }) => ts)].sort());
  expect(day.map(({ me }) => me)).toEqual(
    expect.arrayContaining(['System armed to Away by Ana Ortiz', 'Entry delay started by Front Door', 'Back Door closed']),
  );
  expect(day.map(({ me }) => String(me)).filter((text) => text.startsWith('Alarm'))).toEqual([]);
  expect(simulator.device(71)['ol']).toBe(true);
});
