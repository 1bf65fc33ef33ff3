import { startWitness, type Witness, type WitnessAnswer } from '@switchyard-mcp/live/vivint/start-witness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CABIN, HOME, startVivintSimulator, type Truth, type VivintSimulator } from '../../src/index.ts';

const python = process.env['SWITCHYARD_LIVE_PYTHON'];
const log = (line: string): void => void process.stderr.write(`${line}\n`);

type Seen = Readonly<Record<string, unknown>>;
interface SeenSystem {
  readonly id: number;
  readonly name: string;
  readonly admin: boolean;
  readonly users: readonly Seen[];
  readonly panels: readonly (Seen & { readonly devices: readonly Seen[] })[];
}

const ok = async (answer: Promise<WitnessAnswer>): Promise<unknown> => {
  const { result, error } = await answer;
  if (error) throw new Error(`${error.type}: ${error.message}`);
  return result;
};
const systemsOf = async (witness: Witness): Promise<readonly SeenSystem[]> => (await ok(witness.call('systems'))) as readonly SeenSystem[];
const devicesOf = (systems: readonly SeenSystem[]): readonly Seen[] =>
  systems.flatMap(({ panels }) => panels.flatMap(({ devices }) => devices));

/** Logs the witness in as a person does: password, then the code that was sent or shown. */
const logIn = async (simulator: VivintSimulator, witness: Witness, who: string): Promise<void> => {
  const { username, password } = simulator.account(who);
  const { error } = await witness.call('connect', [username, password]);
  expect(error).toEqual({ type: 'VivintSkyApiMfaRequiredError', message: 'Multi-factor authentication required' });
  await ok(witness.call('verify', [simulator.codeFor(who)]));
};

/** What vivintpy must say of a device when our words about it are right. */
function expected(truth: Truth): Seen {
  switch (truth.class) {
    case 'sensor':
      return {
        class: 'WirelessSensor',
        is_on: truth.open,
        is_bypassed: truth.bypass !== 'none',
        is_tampered: truth.tampered,
        low_battery: truth.lowBattery,
        is_valid: truth.valid,
        ...(truth.batteryPercent === null ? {} : { battery_level: truth.batteryPercent }),
      };
    case 'lock':
      return {
        class: 'DoorLock',
        is_locked: truth.locked,
        is_online: truth.online,
        battery_level: truth.batteryPercent,
        low_battery: truth.lowBattery,
        is_tampered: truth.tampered,
      };
    case 'garage':
      return { class: 'GarageDoor', state: truth.state.toUpperCase(), is_online: truth.online };
    case 'switch': {
      if (truth.kind === 'on-off') return { class: 'BinarySwitch', is_on: truth.on, is_online: truth.online };
      if (truth.kind === 'dimmer')
        return { class: 'MultilevelSwitch', is_on: truth.on, level: truth.levelPercent, is_online: truth.online };
      return { class: 'UnknownDevice' };
    }
    case 'thermostat':
      return {
        class: 'Thermostat',
        temperature: truth.temperatureC,
        heat_set_point: truth.heatToC,
        cool_set_point: truth.coolToC,
        operating_mode: truth.mode.replace(' ', '_').toUpperCase(),
        operating_state: truth.running.toUpperCase(),
        is_fan_on: truth.fanRunning,
        hold_mode: { schedule: 'BY_SCHEDULE', 'until next': 'UNTIL_NEXT', 'two hours': 'TWO_HOURS', permanent: 'PERMANENT' }[truth.hold],
        humidity: truth.humidityPercent,
      };
    case 'camera':
      return {
        class: 'Camera',
        is_online: truth.online,
        is_in_privacy_mode: truth.privacy,
        is_in_deter_mode: truth.deterring,
        capture_clip_on_motion: truth.clipOnMotion,
        extend_chime_enabled: truth.chimeExtender,
        wireless_signal_strength: truth.wifiPercent,
      };
    case 'panel':
      return { class: 'VivintDevice', device_type: 'PANEL' };
    case 'other':
      return { class: 'UnknownDevice' };
  }
}

describe('the login, seen by vivintpy', () => {
  let simulator: VivintSimulator;
  let witness: Witness;
  beforeAll(async () => {
    simulator = await startVivintSimulator({ loginBlock: { attempts: 15 } });
    witness = await startWitness({ urls: simulator.urls, python, log });
  });
  afterAll(async () => {
    await witness?.stop();
    await simulator?.close();
  });

  test('the witness is the published package, whole', async () => {
    expect(await ok(witness.call('changed_files'))).toEqual([]);
  });

  test('a wrong password and a wrong code are told apart', async () => {
    const { username, password } = simulator.account('sms');
    expect((await witness.call('connect', [username, 'wrong'])).error).toEqual({
      type: 'VivintSkyApiAuthenticationError',
      message: 'Invalid username and/or password',
    });
    await witness.call('connect', [username, password]);
    const wrong = simulator.codeFor('sms') === '000000' ? '000001' : '000000';
    expect((await witness.call('verify', [wrong])).error).toEqual({ type: 'VivintSkyApiMfaRequiredError', message: 'Code is not valid' });
    await ok(witness.call('verify', [simulator.codeFor('sms')]));
  });

  test('by text message: both systems, as an administrator', async () => {
    await logIn(simulator, witness, 'sms');
    const systems = await systemsOf(witness);
    expect(systems.map(({ id, name, admin }) => [id, name, admin])).toEqual([
      [HOME, 'Home', true],
      [CABIN, 'Cabin', true],
    ]);
    expect(systems.map(({ panels }) => panels.map(({ partition_id, state }) => [partition_id, state]))).toEqual([
      [
        [1, 'DISARMED'],
        [2, 'DISARMED'],
      ],
      [
        [1, 'DISARMED'],
        [2, 'DISARMED'],
      ],
    ]);
    expect(systems[0]?.users.map(({ name, is_admin }) => [name, is_admin]).slice(0, 2)).toEqual([
      ['Ana Ortiz', true],
      ['Ben Ortiz', false],
    ]);
  });

  test('by e-mail', () => logIn(simulator, witness, 'email'));

  test('by authenticator: one system, not as an administrator', async () => {
    const { username, password } = simulator.account('totp');
    await witness.call('connect', [username, password]);
    const wrong = simulator.codeFor('totp') === '000000' ? '000001' : '000000';
    expect((await witness.call('verify', [wrong])).error?.type).toBe('VivintSkyApiAuthenticationError');
    await logIn(simulator, witness, 'totp');
    expect((await systemsOf(witness)).map(({ id, admin }) => [id, admin])).toEqual([[HOME, false]]);
  });

  test('a refresh token works once and gives its successor', async () => {
    await logIn(simulator, witness, 'sms');
    const { username, password } = simulator.account('sms');
    const first = await ok(witness.call('token'));
    await ok(witness.call('connect', [username, password, first]));
    const second = await ok(witness.call('token'));
    expect(second).not.toBe(first);
    await ok(witness.call('refresh_token'));
    expect(await ok(witness.call('token'))).not.toBe(second);
    await ok(witness.call('refresh'));
    expect((await witness.call('connect', [username, password, first])).error).toMatchObject({
      type: 'VivintSkyApiAuthenticationError',
      message: expect.stringContaining('invalid_grant'),
    });
  });

  test('an ended token is renewed by the cookie of the login; without it the code is asked for again', async () => {
    const endToken = async (): Promise<void> => {
      simulator.tokens.rules.expiresIn = 20;
      await ok(witness.call('refresh_token'));
      simulator.tokens.rules.expiresIn = 3600;
    };
    await logIn(simulator, witness, 'sms');
    await endToken();
    const before = simulator.requests.length;
    await ok(witness.call('refresh'));
    const asked = simulator.requests.slice(before).filter(({ host }) => host === 'login');
    expect(asked.map(({ what }) => what)).toEqual(['GET /oauth2/auth', 'POST /oauth2/token']);
    await endToken();
    simulator.login.endSessions();
    expect((await witness.call('device', [HOME, 1, 50, 'turn_on'])).error?.type).toBe('VivintSkyApiMfaRequiredError');
    expect(simulator.device(50)['s']).toBe(false);
  });

  test('hurried logins end at the wall', async () => {
    const { username } = simulator.account('sms');
    for (let i = 0; i < 16 && !simulator.loginBlock.active; i += 1) await witness.call('connect', [username, 'wrong']);
    expect((await witness.call('connect', [username, 'wrong'])).error).toEqual({
      type: 'VivintSkyApiAuthenticationError',
      message: expect.stringContaining('error code: 1020'),
    });
  });
});

describe.each(['demo', 'bad-house', 'quiet'] as const)('the devices of the seed %s, seen by vivintpy', (seed) => {
  test('are what the truth says, one by one', async () => {
    const simulator = await startVivintSimulator({ seed });
    const witness = await startWitness({ urls: simulator.urls, python, log });
    try {
      await logIn(simulator, witness, 'sms');
      const seen = devicesOf(await systemsOf(witness));
      expect(seen.length).toBe(simulator.truth.length);
      for (const truth of simulator.truth) {
        const device = seen.find(({ panel_id, id }) => panel_id === truth.panelId && id === truth.deviceId);
        expect(device, truth.name).toMatchObject({ ...expected(truth), name: truth.name });
      }
    } finally {
      await witness.stop();
      await simulator.close();
    }
  });
});

describe('a session of vivintpy', () => {
  let simulator: VivintSimulator;
  let witness: Witness;
  const update = (id: number, data: Seen, panel = HOME): Promise<unknown> =>
    witness.until(
      (event) =>
        event.event === 'update' &&
        event.panel === panel &&
        event.id === id &&
        Object.entries(data).every(([key, value]) => event.data[key] === value),
    );
  const act = (id: number, method: string, args: readonly unknown[] = []): Promise<unknown> =>
    ok(witness.call('device', [HOME, 1, id, method, args]));

  beforeAll(async () => {
    simulator = await startVivintSimulator();
    witness = await startWitness({ urls: simulator.urls, python, log });
    await logIn(simulator, witness, 'sms');
    await ok(witness.call('subscribe'));
    await ok(witness.call('watch'));
    while (simulator.stream.openPolls === 0) await new Promise((resolve) => setImmediate(resolve));
  });
  afterAll(async () => {
    await witness?.call('disconnect');
    await witness?.stop();
    await simulator?.close();
  });

  test('receives what happens at home', async () => {
    simulator.sense(12, true);
    await update(12, { s: true });
    simulator.sense(12, false);
    simulator.turnLock(31, true);
    await update(31, { s: true });
    simulator.cloud.addDevice(HOME, 1, { ...simulator.cloud.place(HOME, 50).device, _id: 250, n: 'New Lamp' });
    await witness.until(({ event, id }) => event === 'device_discovered' && id === HOME);
    simulator.cloud.removeDevice(HOME, 250);
    await witness.until(({ event }) => event === 'device_deleted');
    for (const [what, event] of [
      ['ring', 'doorbell_ding'],
      ['visitor', 'motion_detected'],
      ['clip ready', 'video_ready'],
    ] as const) {
      simulator.notice(70, what);
      await witness.until((seen) => seen.event === event && seen.id === 70);
    }
    simulator.notice(71, 'motion');
    await witness.until(({ event, id }) => event === 'motion_detected' && id === 71);
  });

  test('arms, waits for the exit delay, and disarms', async () => {
    await ok(witness.call('panel', [HOME, 1, 'arm_away']));
    await update(HOME, { s: 1 });
    await simulator.clock.advance(60_000);
    await update(HOME, { s: 4 });
    await ok(witness.call('panel', [HOME, 1, 'disarm']));
    await update(HOME, { s: 0 });
    expect(simulator.cloud.partition(HOME, 1)?.s).toBe(0);
  });

  test('is refused while a door stands open', async () => {
    const { error } = await witness.call('panel', [CABIN, 1, 'arm_stay']);
    expect(error).toEqual({ type: 'VivintSkyApiError', message: 'The system is not ready to arm' });
  });

  test('unlocks, opens, dims, heats, bypasses, and sees each by push', async () => {
    await act(30, 'unlock');
    await update(30, { s: false });
    await act(40, 'open');
    await update(40, { s: 5 });
    await act(51, 'set_level', [65]);
    await update(51, { val: 65 });
    await ok(witness.call('device', [HOME, 1, 60, 'set_state', [], { hsp: 22, om: 1 }]));
    await update(60, { hsp: 22, os: 1 });
    await act(13, 'bypass');
    await update(13, { b: 2 });
  });

  test('asks for a thumbnail, is told of it and gets its address', async () => {
    await act(70, 'request_thumbnail');
    await witness.until(({ event, id }) => event === 'thumbnail_ready' && id === 70);
    const address = String(await act(70, 'get_thumbnail_url'));
    expect((await fetch(address)).headers.get('content-type')).toBe('image/jpeg');
    const rtsp = String(await act(70, 'get_rtsp_url'));
    expect(simulator.secrets.some((secret) => rtsp.includes(secret))).toBe(true);
  });

  test('comes back when the stream is dropped, and misses nothing', async () => {
    simulator.faults.dropStream();
    simulator.patch(61, { val: 23.5 });
    await update(61, { val: 23.5 });
  });

  test('reads everything again after a refresh', async () => {
    simulator.cloud.changeDevice(simulator.cloud.place(HOME, 32), { ol: true }, { silent: true });
    await ok(witness.call('refresh'));
    const shed = devicesOf(await systemsOf(witness)).find(({ panel_id, id }) => panel_id === HOME && id === 32);
    expect(shed?.['is_online']).toBe(true);
  });
});
