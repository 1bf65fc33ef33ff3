import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CABIN, HOME, startVivintSimulator, type VivintSimulator } from '../src/index.ts';
import { Caller, type Json, logIn } from './client.ts';

let simulator: VivintSimulator;
let ana: Caller;

beforeEach(async () => {
  simulator = await startVivintSimulator({ clock: { flowing: false } });
  ana = new Caller(simulator, await logIn(simulator, 'sms'));
});
afterEach(() => simulator.close());

const arm = (armState: number, panelId = HOME): Promise<{ status: number; body: Json }> =>
  ana.put(`${panelId}/1/armedstates`, { system: panelId, partitionId: 1, armState, forceArm: false });
const armed = (panelId = HOME): number => simulator.cloud.partition(panelId, 1)?.s ?? -1;

describe('reading', () => {
  test('the account names two systems, and each has two partitions with devices', async () => {
    const user = (await ana.get('authuser'))['u'] as { system: Json[] };
    expect(user.system.map(({ panid, sn, ad }) => [panid, sn, ad])).toEqual([
      [HOME, 'Home', true],
      [CABIN, 'Cabin', true],
    ]);
    for (const panelId of [HOME, CABIN]) {
      const { system } = (await ana.get(`systems/${panelId}?includerules=false`)) as {
        system: { panid: number; par: { parid: number; d: Json[] }[] };
      };
      expect(system.panid).toBe(panelId);
      expect(system.par.map(({ parid }) => parid)).toEqual([1, 2]);
      expect(system.par.every(({ d }) => d.length > 2)).toBe(true);
    }
  });

  test('every class of device is in the house', async () => {
    const classes = new Set(simulator.truth.filter(({ panelId }) => panelId === HOME).map((truth) => truth.class));
    expect([...classes].sort()).toEqual(['camera', 'garage', 'lock', 'other', 'panel', 'sensor', 'switch', 'thermostat']);
  });

  test('one device comes in its partition', async () => {
    const answer = (await ana.get(`system/${HOME}/device/130`)) as { system: { par: { parid: number; d: Json[] }[] } };
    expect(answer.system.par[0]).toMatchObject({ parid: 2, d: [{ _id: 130, t: 'door_lock_device' }] });
  });

  test('a guest of one system sees no other and may not ask for updates', async () => {
    const ben = new Caller(simulator, await logIn(simulator, 'totp'));
    expect((await ben.raw('GET', `systems/${CABIN}`)).status).toBe(403);
    expect((await ben.raw('GET', `systems/${HOME}/system-update`)).status).toBe(403);
    expect((await ana.raw('GET', `systems/${HOME}/system-update`)).status).toBe(200);
  });

  test('history in short pages, empty, and without paging', async () => {
    const { history } = simulator.cloud;
    history.mostPerPage = 3;
    const page = async (query = '') => ((await ana.get(`${HOME}/1/history?lim=50${query}`)) as { his: Json[] }).his;
    const first = await page();
    expect(first).toHaveLength(3);
    const before = `&be=${first.at(-1)?.['ts']}`;
    expect(await page(before)).not.toEqual(first);
    history.mode = 'no paging';
    expect(await page(before)).toEqual(first);
    history.mode = 'empty';
    expect(await page()).toEqual([]);
  });

  test('history pages backwards and covers what just happened', async () => {
    await simulator.clock.advance(1000);
    simulator.sense(12, true);
    // The same millisecond, 130 times: a page ends in the middle of it.
    for (let i = 0; i < 65; i += 1) for (const open of [false, true]) simulator.sense(13, open);
    simulator.sense(12, false);
    const seen: Json[] = [];
    for (let before: string | undefined; ; ) {
      const query: string = before === undefined ? '' : `&be=${before}`;
      const { his } = (await ana.get(`${HOME}/1/history?lim=50${query}`)) as { his: Json[] };
      if (his.length === 0) break;
      seen.push(...his);
      before = String(his.at(-1)?.['ts']);
    }
    expect(seen[0]).toMatchObject({ did: 12, me: 'Back Door closed', het: 'open' });
    expect(seen).toEqual([...simulator.cloud.history.all(HOME, 1)].reverse());
    expect(new Set(seen.map(({ _id }) => _id)).size).toBe(seen.length);
  });

  test.each([
    ['unauthorized', 401],
    ['forbidden', 403],
    ['missing', 404],
    ['html', 200],
  ] as const)('history can be %s', async (mode, status) => {
    simulator.cloud.history.mode = mode;
    expect((await ana.raw('GET', `${HOME}/1/history`)).status).toBe(status);
  });
});

describe('arming', () => {
  test('takes the exit delay, and Stay does not become Away directly', async () => {
    expect((await arm(3)).status).toBe(200);
    expect(armed()).toBe(2);
    await simulator.clock.advance(60_000);
    expect(armed()).toBe(3);
    expect(await arm(4)).toMatchObject({ status: 400 });
    await arm(0);
    await arm(4);
    expect(armed()).toBe(1);
    await simulator.clock.advance(60_000);
    expect(armed()).toBe(4);
  });

  test('is refused while a door stands open, and goes on when it is bypassed', async () => {
    expect(await arm(4, CABIN)).toMatchObject({ status: 400, body: { msg: 'The system is not ready to arm' } });
    expect((await ana.put(`${CABIN}/1/sensors/10`, { b: 1, _id: 10 })).status).toBe(200);
    expect(simulator.device(10, CABIN)['b']).toBe(0);
    await ana.put(`${CABIN}/1/sensors/10`, { b: 2, _id: 10 });
    expect(simulator.cloud.partition(CABIN, 1)?.rta).toBe(true);
    expect((await arm(4, CABIN)).status).toBe(200);
  });

  test('by force leaves the open door out until disarmed', async () => {
    await ana.put(`${CABIN}/1/armedstates`, { armState: 4, forceArm: true });
    expect(simulator.device(10, CABIN)['b']).toBe(1);
    await arm(0, CABIN);
    expect([simulator.device(10, CABIN)['b'], simulator.cloud.partition(CABIN, 1)?.rta]).toEqual([0, false]);
  });

  test('an opened door starts the entry delay, and the alarm follows', async () => {
    await arm(4);
    await simulator.clock.advance(60_000);
    simulator.sense(10, true);
    expect(armed()).toBe(6);
    await simulator.clock.advance(30_000);
    expect(armed()).toBe(7);
    await arm(0);
    expect(armed()).toBe(0);
  });

  test('at home, motion is nobody’s business, a window is; smoke always', async () => {
    await arm(3);
    await simulator.clock.advance(60_000);
    simulator.sense(15, true);
    expect(armed()).toBe(3);
    simulator.sense(13, true);
    expect(armed()).toBe(7);
    await arm(0);
    simulator.sense(17, true);
    expect(armed()).toBe(8);
  });

  test.each([{ armState: 9 }, { armState: 3, partitionId: 2 }, { armState: '3' }])('refuses %j', async (body) => {
    expect((await ana.put(`${HOME}/1/armedstates`, body)).status).toBe(400);
  });
});

describe('devices', () => {
  test('a lock is answered before it has turned; a jammed one and an offline one never do', async () => {
    expect((await ana.put(`${HOME}/1/locks/30`, { s: false, _id: 30 })).status).toBe(200);
    expect(simulator.device(30)['s']).toBe(true);
    await simulator.clock.advance(100);
    expect(simulator.device(30)['s']).toBe(false);
    simulator.acts.jam(HOME, 30);
    await ana.put(`${HOME}/1/locks/30`, { s: true, _id: 30 });
    await ana.put(`${HOME}/1/locks/32`, { s: false, _id: 32 });
    await simulator.clock.advance(1000);
    expect([simulator.device(30)['s'], simulator.device(32)['s']]).toEqual([false, true]);
    expect(simulator.stream.published.at(-1)?.payload).toMatchObject({ t: 'inbox_message', da: { sub: 'Front Door failed to lock' } });
  });

  test('a garage door passes through its states and can get stuck', async () => {
    await ana.put(`${HOME}/1/door/40`, { s: 4, _id: 40 });
    expect(simulator.device(40)['s']).toBe(4);
    await simulator.clock.advance(200);
    expect(simulator.device(40)['s']).toBe(5);
    simulator.acts.jam(HOME, 40);
    await ana.put(`${HOME}/1/door/40`, { s: 2, _id: 40 });
    await simulator.clock.advance(200);
    expect(simulator.device(40)['s']).toBe(3);
    expect((await ana.put(`${HOME}/1/door/40`, { s: 1, _id: 40 })).status).toBe(400);
  });

  test('switches, dimmers and groups', async () => {
    await ana.put(`${HOME}/1/switches/50`, { _id: 50, s: true });
    await ana.put(`${HOME}/1/switches/51`, { _id: 51, val: 0 });
    await ana.put(`${HOME}/1/switches/54`, { _id: 54, val: 30 });
    await simulator.clock.advance(100);
    expect(simulator.device(50)).toMatchObject({ s: true });
    expect(simulator.device(51)).toMatchObject({ s: false, val: 0 });
    expect([52, 53, 54].map((id) => simulator.device(id)['val'])).toEqual([30, 30, 30]);
  });

  test('a thermostat runs by its set points and refuses what it cannot', async () => {
    await ana.put(`${HOME}/1/thermostats/60`, { om: 2, csp: 18 });
    await simulator.clock.advance(100);
    expect(simulator.device(60)).toMatchObject({ om: 2, csp: 18, os: 2 });
    for (const body of [{ hsp: 70 }, { om: 11 }, { fm: 5 }, { om: 3, hsp: 20, csp: 21 }, {}, { hsp: 'warm' }]) {
      expect((await ana.put(`${HOME}/1/thermostats/60`, body)).status).toBe(400);
    }
  });

  test('a path must fit: device, partition and class', async () => {
    for (const path of [`${HOME}/2/locks/30`, `${HOME}/1/locks/40`, `${HOME}/1/locks/999`, `${CABIN}/1/locks/31`]) {
      expect((await ana.put(path, { s: true })).status).toBe(404);
    }
    expect((await ana.raw('DELETE', `${HOME}/1/locks/30`)).status).toBe(405);
  });

  test('a camera takes a picture that is fetched by a signed address without a token', async () => {
    await ana.raw('GET', `${HOME}/1/70/request-camera-thumbnail`);
    await simulator.clock.advance(1000);
    const time = Date.parse(`${simulator.device(70)['ctd']}Z`);
    const location = (await ana.raw('GET', `${HOME}/1/70/camera-thumbnail?time=${time}`)).headers.get('location') ?? '';
    const picture = Buffer.from(await (await fetch(location)).arrayBuffer());
    expect([picture.readUInt16BE(0), picture.readUInt16BE(picture.length - 2)]).toEqual([0xffd8, 0xffd9]);
    expect((await fetch(location, { headers: { authorization: `Bearer ${ana.token}` } })).status).toBe(400);
    expect((await fetch(location.replace('/70/', '/73/'))).status).toBe(403);
    await simulator.clock.advance(901_000);
    expect((await fetch(location)).status).toBe(403);
  });

  test('a camera in privacy or offline takes none', async () => {
    const before = [72, 73].map((id) => simulator.device(id)['ctd']);
    for (const id of [72, 73]) await ana.raw('GET', `${HOME}/1/${id}/request-camera-thumbnail`);
    await simulator.clock.advance(1000);
    expect([72, 73].map((id) => simulator.device(id)['ctd'])).toEqual(before);
  });
});
