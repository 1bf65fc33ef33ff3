import { createRuntime } from '@switchyard-mcp/core';
import { startVivintSimulator, type Truth, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { createVivintOperations, type VivintOperations, vivintMigration, vivintTools } from '@switchyard-mcp/vivint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The house in which everything is wrong: for each device the tools must say exactly what its builder wrote down, and nothing else. */
let simulator: VivintSimulator;
let operations: VivintOperations;
const lists = new Map<string, Record<string, unknown>>();

const call = async (name: string, args: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const tool = vivintTools.find((one) => one.name === name);
  if (!tool) throw new Error(`${name} is missing`);
  const context = {
    operations,
    signal: new AbortController().signal,
    remainingMs: () => 45_000,
    progress: () => undefined,
    writes: createRuntime().writes,
    confirm: async () => Promise.reject(new Error('a read does not ask')),
  };
  return (await tool.handler(tool.input.parse(args), context)).data;
};
const records = (reply: Record<string, unknown> = {}): readonly Record<string, unknown>[] => {
  const columns = reply['columns'] as readonly string[];
  return (reply['rows'] as readonly (readonly unknown[])[]).map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index]])),
  );
};

beforeAll(async () => {
  simulator = await startVivintSimulator({ seed: 'bad-house' });
  const { username, password } = simulator.account('none');
  const { login: loginUrl, api: apiUrl, stream: streamUrl } = simulator.urls;
  const unset = {
    refreshTokenFile: undefined,
    systems: undefined,
    allow: undefined,
    deny: undefined,
    caFile: undefined,
    imageHosts: undefined,
  };
  operations = createVivintOperations(
    { ...unset, username, password, loginUrl, apiUrl, streamUrl, tokenStore: 'memory', security: 'ask', live: 'on' },
    createRuntime({ level: 'read', command: 'vivint' }),
  );
  for (const name of ['sensor', 'lock', 'garage_door', 'thermostat', 'camera', 'light', 'switch', 'panel', 'keypad', 'other'])
    lists.set(name, await call('vivint_list_devices', { class: name, limit: 200 }));
  lists.set('all', await call('vivint_list_devices', { limit: 200 }));
  lists.set('health', await call('vivint_health'));
});
afterAll(async () => {
  await operations.close();
  await simulator.close();
});

/** Rows are made of text; a table leaves a column out that is empty in every row. */
const rowOf = (list: string, truth: Truth): Record<string, unknown> | undefined =>
  records(lists.get(list)).find(({ id }) => id === String(truth.deviceId));
const truths = (kind: Truth['class']): readonly Truth[] => simulator.truth.filter((truth) => truth.class === kind);
const lowOf = (percent: number | null, low: boolean): string =>
  percent === null ? (low ? 'low' : 'ok') : `${percent}%${low || percent < 20 ? ' low' : ''}`;
const kinds: Readonly<Record<string, string>> = {
  'glass break': 'glass_break',
  'smoke listener': 'smoke',
  'carbon monoxide': 'carbon_monoxide',
  water: 'flood',
  'garage tilt': 'garage_tilt',
};
const contacts = new Set(['door', 'window', 'garage_tilt']);

test('the house is bad enough', () => {
  expect(simulator.truth.length).toBeGreaterThanOrEqual(100);
});

describe('every device, field by field', () => {
  test('sensors', () => {
    let checked = 0;
    for (const truth of truths('sensor')) {
      if (truth.class !== 'sensor') continue;
      const row = rowOf('sensor', truth);
      if (truth.hidden || !truth.valid) {
        expect(row, truth.name).toBeUndefined();
        continue;
      }
      const kind = kinds[truth.kind] ?? truth.kind;
      const state = contacts.has(kind)
        ? truth.open
          ? 'open'
          : 'closed'
        : kind === 'motion'
          ? truth.open
            ? 'motion'
            : 'no motion'
          : truth.open
            ? 'triggered'
            : 'clear';
      expect(row, truth.name).toMatchObject({
        name: truth.name,
        kind,
        state,
        bypass: truth.bypass,
        tamper: truth.tampered ? 'tampered' : 'no',
        trouble: truth.trouble ? 'trouble' : 'no',
        battery: lowOf(truth.batteryPercent, truth.lowBattery),
        supervision: truth.supervisionLost ? 'lost' : 'ok',
      });
      checked += 1;
    }
    expect(checked).toBeGreaterThanOrEqual(58);
  });
  test('locks', () => {
    for (const truth of truths('lock')) {
      if (truth.class !== 'lock') continue;
      const warning = truth.batteryTooLowToOperate ? ', too low to operate' : '';
      expect(rowOf('lock', truth), truth.name).toMatchObject({
        state: truth.locked ? 'locked' : 'unlocked',
        online: truth.online ? 'online' : 'offline',
        battery: `${lowOf(truth.batteryPercent, truth.lowBattery)}${warning}`,
        tamper: truth.tampered ? 'tampered' : 'no',
        auto_lock: truth.autoLockSeconds === null ? 'off' : `${truth.autoLockSeconds} s`,
      });
    }
  });
  test('garage doors', () => {
    for (const truth of truths('garage')) {
      if (truth.class !== 'garage') continue;
      expect(rowOf('garage_door', truth), truth.name).toMatchObject({
        state: truth.state === 'opened' ? 'open' : truth.state,
        online: truth.online ? 'online' : 'offline',
      });
    }
  });
  test('switches and lights', () => {
    for (const truth of truths('switch')) {
      if (truth.class !== 'switch') continue;
      const row = rowOf(truth.kind === 'on-off' ? 'switch' : 'light', truth);
      expect(row, truth.name).toMatchObject({ state: truth.on ? 'on' : 'off', online: truth.online ? 'online' : 'offline' });
      expect(row?.['level'] ?? '').toBe(truth.levelPercent === null ? '' : `${truth.levelPercent}%`);
    }
  });
  test('thermostats', () => {
    const fans: Readonly<Record<string, string>> = { 'on for 15 min': '15_min', 'on for 60 min': '60_min', 'on for 12 h': '12_h' };
    for (const truth of truths('thermostat')) {
      if (truth.class !== 'thermostat') continue;
      expect(rowOf('thermostat', truth), truth.name).toMatchObject({
        now: truth.temperatureC,
        mode: truth.mode.replace(' ', '_'),
        heat_to: truth.heatToC,
        cool_to: truth.coolToC,
        doing: truth.running,
        fan: fans[truth.fanMode] ?? truth.fanMode,
        fan_running: truth.fanRunning ? 'yes' : 'no',
        hold: truth.hold.replace(' ', '_'),
        humidity: truth.humidityPercent === null ? '' : `${truth.humidityPercent}%`,
        unit: '°C',
        online: truth.online ? 'online' : 'offline',
      });
    }
  });
  test('cameras', () => {
    for (const truth of truths('camera')) {
      if (truth.class !== 'camera') continue;
      const clips = [...(truth.clipOnMotion ? ['motion'] : []), ...(truth.kind === 'doorbell' ? ['ring', 'visitor'] : [])];
      expect(rowOf('camera', truth), truth.name).toMatchObject({
        online: truth.online ? 'online' : 'offline',
        privacy: truth.privacy ? 'on' : 'off',
        clips_on: clips.join(' ') || 'nothing',
        deter: truth.deterring ? 'on duty' : 'off',
        chime_extender: truth.chimeExtender ? 'on' : 'off',
        night_vision: truth.nightVision ? 'on' : 'off',
        resolution: truth.resolution,
        wifi: `${truth.wifiPercent}%`,
      });
    }
  });
  test('panels, and what is only there', () => {
    for (const truth of truths('panel')) {
      if (truth.class !== 'panel') continue;
      expect(rowOf('panel', truth), truth.name).toMatchObject({
        online: truth.online ? 'online' : 'offline',
        mains: truth.mainsPower ? 'on' : 'lost',
        battery: truth.batteryBad ? 'bad' : 'ok',
        connection: truth.internet ? 'connected' : 'no internet',
      });
    }
    for (const truth of truths('other')) {
      if (truth.class !== 'other') continue;
      const row = rowOf('all', truth);
      if (!truth.shown) expect(row, truth.name).toBeUndefined();
      else expect(row?.['state'], truth.name).toBe(truth.online === null ? 'unknown' : truth.online ? 'online' : 'offline');
    }
  });
});

test('health: totals are those of the truth, and silence is not health', () => {
  const shown = simulator.truth.filter(
    (truth) => !(truth.class === 'sensor' && (truth.hidden || !truth.valid)) && !(truth.class === 'other' && !truth.shown),
  );
  const online = (wanted: boolean): number => shown.filter((truth) => 'online' in truth && truth.online === wanted).length;
  const tampered = shown.filter((truth) => 'tampered' in truth && truth.tampered).length;
  const lost = shown.filter((truth) => truth.class === 'sensor' && truth.supervisionLost).length;
  const low = shown.filter((truth) => 'lowBattery' in truth && truth.lowBattery === true).length;
  expect(lists.get('health')).toMatchObject({
    devices: shown.length,
    online: online(true),
    offline: online(false),
    online_unknown: shown.length - online(true) - online(false),
    battery_low: low,
    tampered,
    supervision_lost: lost,
  });
  expect(lists.get('health')?.['alerts']).toHaveLength(16);
});

test.each([
  ['bypassed', (truth: Truth) => truth.class === 'sensor' && truth.bypass !== 'none'],
  ['offline', (truth: Truth) => 'online' in truth && truth.online === false],
  ['on', (truth: Truth) => truth.class === 'switch' && truth.on],
] as const)('only %s finds all of them and no other', async (only, is) => {
  const found = records(await call('vivint_list_devices', { only, limit: 200 })).map(({ id }) => Number(id));
  const wanted = simulator.truth.filter((truth) => is(truth) && !(truth.class === 'sensor' && (truth.hidden || !truth.valid)));
  expect(found.sort((a, b) => a - b)).toEqual(wanted.map(({ deviceId }) => deviceId).sort((a, b) => a - b));
});

test('not ready to arm names every open sensor that is not bypassed', async () => {
  const [row] = records(await call('vivint_status'));
  const open = truths('sensor').filter(
    (truth) => truth.class === 'sensor' && truth.partitionId === 1 && truth.open && truth.bypass === 'none' && truth.valid && !truth.hidden,
  );
  const blocking = open.filter(
    (truth) => truth.class === 'sensor' && ['door', 'window', 'garage tilt', 'glass break'].includes(truth.kind),
  );
  expect(row?.['ready']).toBe('no');
  for (const { deviceId } of blocking) expect(String(row?.['not_ready_because'])).toContain(`${deviceId} `);
});

test.each(vivintMigration.map((entry) => [entry.old, entry] as const))('%s is answered by its new call', async (_old, { tool, args }) => {
  const reply = await call(tool, args);
  expect(records(reply).length).toBeGreaterThan(0);
  const serialised = JSON.stringify(reply);
  for (const secret of simulator.secrets) expect(serialised).not.toContain(secret);
});
