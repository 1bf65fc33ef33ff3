import type { JsonRecord as Raw } from '@switchyard-mcp/core/json';
import { describe, expect, test } from 'vitest';
import { deviceWords, problemsOf } from '../../domain/words.ts';
import { commandOf } from '../commands.ts';
import { deviceOf } from './device.ts';
import { sensorKindOf } from './sensor-kind.ts';

const place = { systemId: 'home', partitionId: 1, handle: (number: number) => String(number) };
const device = (raw: Raw) => deviceOf({ _id: 7, n: 'Thing', ...raw }, place);
const sensor = (raw: Raw = {}) => device({ t: 'wireless_sensor', ec: 1251, eqt: 1, set: 1, ser32: 99, ser: 99, ...raw });

describe('sensors', () => {
  test('open, bypassed and tampered are three facts', () => {
    const found = sensor({
      s: true,
      b: 2,
      ta: true,
      tr: false,
      lb: true,
      bl: 9,
      sup: true,
      ch: true,
      cb: false,
      ts: '2026-11-25T08:03:00.123456',
    });
    expect(found).toMatchObject({
      class: 'sensor',
      kind: 'door',
      active: true,
      bypass: 'manual',
      tampered: true,
      trouble: false,
      battery: { percent: 9, low: true },
      supervisionLost: true,
      chime: true,
      canBypass: false,
      changedAt: Date.parse('2026-11-25T08:03:00.123Z'),
    });
    expect(found && deviceWords(found)).toBe('open, bypassed');
    expect(found && problemsOf(found)).toEqual(['battery low', 'tampered', 'supervision lost']);
  });
  test('what the cloud does not say is absent, not "no"', () => {
    const found = sensor();
    expect(Object.keys(found ?? {}).sort()).toEqual(['class', 'deviceId', 'kind', 'name', 'number', 'partitionId', 'systemId']);
    expect(found && deviceWords(found)).toBe('unknown');
    expect(found && problemsOf(found)).toEqual([]);
  });
  test.each([
    ['a slot without equipment', { ec: 0 }],
    ['an unused zone', { set: 0 }],
    ['a piece without serial', { ser32: '', ser: '' }],
    ['a piece with serial 0', { ser32: 0, ser: '0' }],
    ['a hidden part', { hidden: true }],
  ])('%s is left out', (_what, raw) => expect(sensor(raw)).toBeUndefined());
  test.each([
    ['a number as the longer serial alone', { ser32: 99, ser: undefined }],
    ['a text as the longer serial alone', { ser32: '99', ser: null }],
    ['a number as the other alone', { ser32: null, ser: 99 }],
  ])('%s is a sensor', (_what, raw) => expect(sensor(raw)).toMatchObject({ class: 'sensor' }));
  test.each([
    ['forced', 1, 'forced'],
    ['manual', 2, 'manual'],
    ['none', 0, 'none'],
    ['false', false, 'none'],
    ['a number nobody knows', 9, undefined],
    ['true', true, 'manual'],
    ['as text', '1', 'forced'],
    ['null', null, undefined],
  ])('bypass %s', (_what, b, expected) => expect((sensor({ b }) as { bypass?: string }).bypass).toBe(expected));
  test.each([
    [{ ec: 1251, eqt: 1, set: 1 }, 'door'],
    [{ ec: 862, eqt: 1, set: 3 }, 'window'],
    [{ ec: 862, eqt: 1, set: 7, n: 'Kitchen window' }, 'window'],
    [{ ec: 862, eqt: 1, set: 7, n: 'Back door' }, 'door'],
    [{ ec: 862, eqt: 1, set: 7, n: 'Safe' }, 'contact'],
    [{ ec: 1269, eqt: 1, set: 16 }, 'smoke'],
    [{ ec: 1254, eqt: 1, set: 14 }, 'carbon_monoxide'],
    [{ ec: 5555, eqt: 1, set: 9 }, 'smoke'],
    [{ ec: 557, eqt: 1, set: 9 }, 'heat'],
    [{ ec: 556, eqt: 6, set: 8 }, 'freeze'],
    [{ ec: 556, eqt: 10, set: 8 }, 'temperature'],
    [{ ec: 556, eqt: 0, set: 8 }, 'flood'],
    [{ ec: 1264, eqt: 8, set: 8 }, 'flood'],
    [{ ec: 2831, eqt: 1, set: 2 }, 'garage_tilt'],
    [{ ec: 4020, eqt: 1, set: 4 }, 'motion'],
    [{ ec: 1144, eqt: 1, set: 25 }, 'repeater'],
    [{ ec: 9999, eqt: 99, set: 5 }, 'other'],
  ])('%o is a %s', (raw, kind) => expect(sensorKindOf(raw)).toBe(kind));
});

describe('locks, doors and switches', () => {
  test.each([
    [true, 'locked'],
    [false, 'unlocked'],
    [1, 'locked'],
    ['true', 'locked'],
    ['0', 'unlocked'],
    [undefined, 'unknown'],
    [null, 'unknown'],
    [2, 'unknown'],
    ['yes', 'unknown'],
  ])('a lock with s=%s is %s', (s, words) => {
    const lock = device({ t: 'door_lock_device', s });
    expect(lock && deviceWords(lock)).toBe(words);
  });
  test('auto-lock, used codes and battery warnings come from the lock; the codes themselves do not', () => {
    const raw = { t: 'door_lock_device', s: true, auloen: true, aulots: 60, ucl: [1, 4], battery_level_too_low_to_operate_device: true };
    expect(device(raw)).toMatchObject({ autoLock: true, autoLockSeconds: 60, usedCodes: 2, batteryWarning: 'too_low_to_operate' });
  });
  test.each([
    [0, 'unknown'],
    [1, 'closed'],
    [2, 'closing'],
    [3, 'stopped'],
    [4, 'opening'],
    [5, 'open'],
    [undefined, 'unknown'],
  ])('a garage door with s=%s is %s', (s, position) => expect(device({ t: 'garage_door_device', s })).toMatchObject({ position }));
  test('a dimmer has a level, a switch has none', () => {
    expect(device({ t: 'multilevel_switch_device', s: true, val: 40 })).toMatchObject({ class: 'light', on: true, levelPercent: 40 });
    expect(device({ t: 'binary_switch_device', s: false, val: 40 })).not.toHaveProperty('levelPercent');
    expect(device({ t: 'group_device', val: 30 })).toMatchObject({ class: 'light', on: true });
  });
});

describe('thermostats', () => {
  const raw = {
    t: 'thermostat_device',
    om: 3,
    os: 1,
    fm: 100,
    hm: 3,
    val: 20.5,
    hsp: 20,
    csp: 24,
    mint: 7,
    maxt: 35,
    hmdt: 41,
    fs: 1,
    oms: [0, 1, 3],
  };
  test('every value is told', () => {
    expect(device(raw)).toMatchObject({
      mode: 'auto',
      doing: 'heating',
      fanMode: '30_min',
      hold: 'permanent',
      currentC: 20.5,
      heatToC: 20,
      coolToC: 24,
      humidityPercent: 41,
      fanRunning: true,
      modes: ['off', 'heat', 'auto'],
    });
  });
  test('numbers that can only be Fahrenheit are', () => {
    expect(device({ ...raw, val: 68, hsp: 68, maxt: 95, mint: 45 })).toMatchObject({ currentC: 20, heatToC: 20, maxC: 35 });
  });
  test('limits tell the unit, the lower one alone too; without them it is unknown', () => {
    const { maxt: _max, mint: _min, ...bare } = raw;
    expect(device(raw)).not.toHaveProperty('unitUnknown');
    expect(device({ ...bare, mint: 45 })).not.toHaveProperty('unitUnknown');
    expect(device({ ...bare, mint: 45, val: 40 })).toMatchObject({ currentC: 4.44 });
    expect(device({ ...bare, val: 72, hsp: 68 })).toMatchObject({ unitUnknown: true });
    const act = { kind: 'thermostat', deviceId: '60', change: { heatToC: 21 } } as const;
    expect(() => commandOf(act, { panelId: 1, partitionId: 1, number: 60, raw: { ...bare, val: 20 } })).toThrow(/unit/);
    expect(commandOf(act, { panelId: 1, partitionId: 1, number: 60, raw }).body).toEqual({ hsp: 21 });
  });
  test('without limits the set points tell Fahrenheit', () => {
    const { maxt: _max, mint: _min, ...bare } = raw;
    expect(device({ ...bare, val: 68, hsp: 68, csp: 77 })).toMatchObject({ currentC: 20, heatToC: 20, coolToC: 25 });
    expect(device({ ...bare, val: null, hsp: null, csp: 77 })).toMatchObject({ coolToC: 25 });
    expect(device(bare)).toMatchObject({ currentC: 20.5, coolToC: 24 });
    // A hot attic is no other unit where the limits are known.
    expect(device({ ...raw, val: 46 })).toMatchObject({ currentC: 46, heatToC: 20 });
  });
  test('codes as text are codes', () => {
    expect(device({ ...raw, om: '3', oms: ['0', '1', 3, null], fms: ['0', 1] })).toMatchObject({
      mode: 'auto',
      modes: ['off', 'heat', 'auto'],
      fanModes: ['auto', 'on'],
    });
  });
  test('an unknown mode keeps its number', () => {
    expect(device({ ...raw, om: 77, os: undefined })).toMatchObject({ mode: 'unknown (77)', doing: 'unknown' });
  });
});

test('a camera tells privacy, clips and picture, and nothing of its addresses or logins', () => {
  const secrets = { un: 'admin', pswd: 'hunter22', caip: '192.0.2.7', cmac: 'aa:bb', cssid: 'Home Wi-Fi', ciu: ['rtsp://x'], ser: 'SN1' };
  const camera = device({
    t: 'camera_device',
    act: 'vivint_odc350_camera_device',
    cpri: true,
    ccom: true,
    ccore: false,
    cra: false,
    nv: 1,
    hdr: '1920x1080',
    wiss: 61,
    ctd: '2026-11-25T08:00:00.5',
    ccas: 100,
    neas: 0,
    caca: [{ t: 1, ca: [1, 5, 41] }],
    ...secrets,
  });
  expect(camera).toMatchObject({
    model: 'vivint odc350',
    privacy: true,
    clipsOn: ['motion'],
    detects: ['motion', 'vehicle'],
    twoWayAudio: true,
    trouble: true,
  });
  for (const value of Object.values(secrets).flat()) expect(JSON.stringify(camera)).not.toContain(value);
});

test('a panel tells power, battery and connection', () => {
  const raw = { t: 'primary_touch_link_device', pant: 3, acpow: false, pnlconn: 50, battery_report_v2: { bad_battery: true } };
  const panel = device(raw);
  expect(panel).toMatchObject({ model: 'Smart Hub', mainsPower: false, batteryBad: true, connection: 'no internet' });
  expect(panel && problemsOf(panel)).toEqual(['mains power lost', 'battery bad', 'no internet']);
});

test('an unknown type is shown, a service is not', () => {
  expect(device({ t: 'toaster_device', ol: true })).toMatchObject({ class: 'other', kind: 'toaster', online: true });
  expect(device({ t: 'scheduler_service' })).toBeUndefined();
});

test('a camera that says nothing of clips is not said to make none', () => {
  expect(device({ t: 'camera_device' })).not.toHaveProperty('clipsOn');
  expect(device({ t: 'camera_device', ccom: false })).toMatchObject({ clipsOn: [] });
});
