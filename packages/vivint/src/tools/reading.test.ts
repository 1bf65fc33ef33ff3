import { isToolError, type ToolErrorFields } from '@switchyard-mcp/core';
import { describe, expect, test } from 'vitest';
import {
  camera,
  door,
  event,
  type FakeOptions,
  fakeContext,
  fakeNow,
  fakePartition,
  fakeSystem,
  fakeVivint,
  garage,
  light,
  lock,
  thermostat,
} from '../../test/doubles/fake-vivint.ts';
import { asOf } from '../format/times.ts';
import { changesTool } from './changes.ts';
import { eventsTool } from './events.ts';
import { healthTool } from './health.ts';
import { listDevicesTool } from './list-devices.ts';
import { snapshotTool } from './snapshot.ts';
import { statusTool } from './status.ts';
import { usersTool } from './users.ts';

const tools = {
  status: statusTool,
  list: listDevicesTool,
  events: eventsTool,
  changes: changesTool,
  health: healthTool,
  users: usersTool,
  snapshot: snapshotTool,
};
const devices = [
  door(10, 'Front door'),
  door(12, 'Back door', { active: true, bypass: 'manual', tampered: true, battery: { percent: 9 } }),
  door(15, 'Hall', { kind: 'motion', active: true }),
  lock(30, 'Front door'),
  lock(31, 'Shed', { locked: false, online: false, batteryWarning: 'very_low' }),
  garage(40, 'Garage', 'open'),
  light(50, 'Porch', { on: true, levelPercent: 40 }),
  thermostat(60, 'Hall', { mode: 'auto', doing: 'heating', humidityPercent: 40 }),
  camera(70, 'Drive'),
  camera(71, 'Nursery', { privacy: true }),
];
const home = fakeSystem(devices);
const call = async (
  name: keyof typeof tools,
  args: Record<string, unknown> = {},
  options: FakeOptions & { systems?: (typeof home)[] } = {},
) => {
  const tool = tools[name];
  const { context } = fakeContext(fakeVivint(options.systems ?? [home], options));
  return tool.handler(tool.input.parse(args) as never, context);
};
const data = async (...given: Parameters<typeof call>): Promise<Record<string, unknown>> => (await call(...given)).data;
const refusal = async (...given: Parameters<typeof call>): Promise<ToolErrorFields> => {
  const error: unknown = await call(...given).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
  return error.fields;
};
const rows = (reply: Record<string, unknown>) => reply['rows'] as (readonly unknown[])[];

describe('status', () => {
  test('armed or not, since when, by whom, ready, and what is open', async () => {
    expect(await data('status')).toMatchObject({
      as_of: '2026-11-25T10:15',
      rows: [['home', 1, 'disarmed', '2026-11-25T08:15', 'Ana', 'yes']],
      open: ['12 Back door: open, bypassed', '31 Shed: unlocked', '40 Garage: open'],
      bypassed: ['12 Back door: open, bypassed'],
    });
  });
  test('not ready says why; unknown stays unknown; who is asked of the history', async () => {
    const open = fakeSystem([door(10, 'Front door', { active: true })], { partitions: [fakePartition({ readyToArm: false })] });
    expect(rows(await data('status', {}, { systems: [open] }))[0]?.slice(5)).toEqual(['no', '10 Front door is open']);
    const closed = fakeSystem([], { partitions: [fakePartition({ readyToArm: false })] });
    expect(rows(await data('status', {}, { systems: [closed] }))[0]?.[6]).toBe('the panel does not say why');
    const { by: _by, since: _since, readyToArm: _ready, ...bare } = fakePartition();
    const silent = fakeSystem([], { partitions: [bare] });
    expect(rows(await data('status', {}, { systems: [silent], armedBy: 'Ben' }))[0]?.slice(3)).toEqual(['unknown', 'Ben', 'unknown']);
    expect(rows(await data('status', {}, { systems: [silent] }))[0]?.[4]).toBe('unknown');
  });
  test('an old picture says how old it is and why', async () => {
    const stale = { since: fakeNow - 7 * 60_000, why: 'Vivint answered 503' };
    expect((await data('status', {}, { stale }))['stale']).toMatch(/^7m old: Vivint answered 503\. /);
  });
  test('an unknown system is an error with the known ones', async () => {
    expect(await refusal('status', { system: 'cabn' })).toMatchObject({ code: 'not_found', didYouMean: ['home'] });
  });
});

describe('devices', () => {
  test('a class gives its own fields', async () => {
    const locks = await data('list', { class: 'lock' });
    expect(locks['columns']).toEqual(['id', 'name', 'state', 'online', 'battery', 'changed']);
    expect(rows(locks)).toEqual([
      ['30', 'Front door', 'locked', 'online', '70%', '2026-11-25T09:15'],
      ['31', 'Shed', 'unlocked', 'offline', '70% low, very low', '2026-11-25T09:15'],
    ]);
    expect(rows(await data('list', { class: 'thermostat' }))[0]?.slice(0, 8)).toEqual([
      '60',
      'Hall',
      20,
      'auto',
      20,
      25,
      'heating',
      'auto',
    ]);
  });
  test('Fahrenheit homes are shown in Fahrenheit', async () => {
    const system = fakeSystem([thermostat(60, 'Hall')], { temperatureUnit: 'F' });
    expect(rows(await data('list', { class: 'thermostat' }, { systems: [system] }))[0]?.slice(2, 6)).toEqual([68, 'heat', 68, 77]);
  });
  test.each([
    ['open', ['12', '15', '31', '40']],
    ['on', ['50']],
    ['bypassed', ['12']],
    ['offline', ['31']],
    ['low_battery', ['12', '31']],
    ['problem', ['12', '31']],
  ])('only %s', async (only, ids) => expect(rows(await data('list', { only })).map(([id]) => id)).toEqual(ids));
  test('pages have the total of the whole, and a cursor that fits only its own list', async () => {
    const first = await data('list', { limit: 3 });
    expect(first).toMatchObject({ total: 10, shown: 3 });
    const second = await data('list', { limit: 3, cursor: first['next'] });
    expect(rows(second)[0]?.[0]).toBe('30');
    expect((await refusal('list', { class: 'lock', cursor: first['next'] })).code).toBe('invalid_input');
  });
  test('a name that nothing has is an error, a condition that nothing meets an empty list', async () => {
    expect((await refusal('list', { query: 'cellar' })).code).toBe('not_found');
    expect(await data('list', { query: 'porch', only: 'offline' })).toMatchObject({ total: 0, rows: [] });
  });
});

describe('events and changes', () => {
  const list = {
    events: [
      event(90, { kind: 'unlocked', deviceId: '30', by: 'Cem', text: 'Front door was unlocked by Cem', before: 'locked' }),
      event(30),
      event(20, { kind: 'closed', text: 'Front door closed', source: 'live' }),
      event(10, { kind: 'motion', deviceId: '15', subject: 'Hall', text: 'motion', source: 'live' }),
    ],
    coverage: { from: fakeNow - 86_400_000, to: fakeNow, complete: false, missing: 'the history could not be read' },
  };
  test('newest first, with source, and what may be missing', async () => {
    const reply = await data('events', {}, { events: list });
    expect(reply).toMatchObject({ total: 4, coverage: { complete: false, missing: 'the history could not be read' } });
    expect(rows(reply)[0]).toEqual(['2026-11-25T10:05', 'motion', '15', 'Hall', 'motion', '', 'live']);
  });
  test('a topic, a device', async () => {
    expect(rows(await data('events', { topic: 'motion' }, { events: list }))).toHaveLength(1);
    expect(rows(await data('events', { device: '30' }, { events: list })).map(([, kind]) => kind)).toEqual(['unlocked']);
    expect((await refusal('events', { device: 'Front door' }, { events: list })).code).toBe('ambiguous');
  });
  test.each(['events', 'changes'] as const)('%s since yesterday goes on until now', async (tool) => {
    const to = (JSON.stringify(await data(tool, { since: 'yesterday' })).match(/"to":"([^"]+)"/) ?? [])[1];
    expect(to).toMatch(/^2026-11-25T10:15/);
  });
  test('a span nobody understands is refused', async () => {
    expect((await refusal('events', { since: 'the other day' })).code).toBe('invalid_input');
    expect((await refusal('changes', { since: 'tomorrow' })).code).toBe('invalid_input');
  });
  test('net changes: how it was, is, how often, who', async () => {
    // The front door was unlocked and is locked again: no change. The shed still is unlocked.
    const shed = event(90, { kind: 'unlocked', deviceId: '31', subject: 'Shed', by: 'Cem', before: 'locked' });
    const reply = await data('changes', { since: '3h' }, { events: { ...list, events: [shed, ...list.events] } });
    expect(rows(reply)).toEqual([
      ['15', 'Hall', 'unknown', 'motion', 1, '2026-11-25T10:05', '', 'live'],
      ['10', 'Front door', 'unknown', 'closed', 2, '2026-11-25T09:55', '', 'live'],
      ['31', 'Shed', 'locked', 'unlocked', 1, '2026-11-25T08:45', 'Cem', 'history'],
    ]);
  });
});

describe('as_of goes back in as since', () => {
  const cabin = fakeSystem([door(10, 'Porch', { deviceId: 'cabin:10', systemId: 'cabin' })], {
    systemId: 'cabin',
    name: 'Cabin',
    timeZone: 'America/New_York',
    partitions: [],
  });
  /** The span that vivint_changes asks for, given what an earlier reply said. */
  const spanAfter = async (reply: Record<string, unknown>, args: Record<string, unknown>): Promise<number> => {
    const fake = fakeVivint([home, cabin]);
    let asked = 0;
    const { context } = fakeContext({
      ...fake,
      now: () => fakeNow + 600_000,
      events: async (span, signal) => {
        asked = span.startMs;
        return fake.events(span, signal);
      },
    });
    await changesTool.handler(changesTool.input.parse({ since: reply['as_of'], ...args }), context);
    return asked;
  };
  test.each([
    ['of all, then of the other zone', {}, { system: 'cabin' }],
    ['of the other zone, then of all', { system: 'cabin' }, {}],
    ['of the other zone, twice', { system: 'cabin' }, { system: 'cabin' }],
  ])('%s', async (_what, first, then) => {
    for (const name of ['status', 'list', 'health', 'users', 'events'] as const) {
      const reply = await data(name, first, { systems: [home, cabin] });
      expect(await spanAfter(reply, then)).toBe(fakeNow);
    }
    expect(await spanAfter(await data('changes', { since: '1h', ...first }, { systems: [home, cabin] }), then)).toBe(fakeNow);
  });
  test('in the zone of the system asked for, with its offset', async () => {
    expect(await data('status', { system: 'cabin' }, { systems: [home, cabin] })).toMatchObject({ as_of: '2026-11-25T12:15-05:00' });
    expect(await data('status', {}, { systems: [home, { ...cabin, timeZone: home.timeZone }] })).toMatchObject({
      as_of: '2026-11-25T10:15',
    });
  });
});

test('health counts yes, no and silence apart', async () => {
  const reply = await data('health');
  expect(reply).toMatchObject({
    devices: 10,
    online: 6,
    offline: 1,
    online_unknown: 3,
    battery_low: 2,
    battery_ok: 3,
    battery_unknown: 5,
    tampered: 1,
  });
  expect(rows(reply).map(([id, , , problem]) => [id, problem])).toEqual([
    ['12', 'battery low, tampered'],
    ['31', 'offline, battery very low'],
  ]);
});

test('users: roles and whether they have codes', async () => {
  const users = [
    { systemId: 'home', name: 'Ana', primary: true, admin: true, hasPins: true, remoteAccess: true, locks: ['Front door'] },
    { systemId: 'home', name: 'Cem', guest: true, locks: [] },
  ];
  expect(rows(await data('users', {}, { systems: [fakeSystem([], { users })] }))).toEqual([
    ['home', 'Ana', 'primary', 'yes', 'unknown', 'yes', 'Front door'],
    ['home', 'Cem', 'guest', 'unknown', 'unknown', 'unknown', ''],
  ]);
});

describe('pictures', () => {
  test('come with their time; an older one says so', async () => {
    const { data: reply, images } = await call(
      'snapshot',
      { camera: 'Drive' },
      { picture: { bytes: Uint8Array.from([0xff, 0xd8, 0xff]), takenAt: fakeNow - 3_600_000, note: 'the camera is offline' } },
    );
    expect(reply).toMatchObject({ id: '70', taken: '2026-11-25T09:15', age: '1h', note: expect.stringContaining('older picture') });
    expect(images?.[0]?.mimeType).toBe('image/jpeg');
  });
  test('what is no picture, or no camera, is an error', async () => {
    expect((await refusal('snapshot', { camera: 'Drive' }, { picture: { bytes: Buffer.from('<html>'), takenAt: fakeNow } })).code).toBe(
      'upstream_error',
    );
    expect((await refusal('snapshot', { camera: '30' })).code).toBe('invalid_input');
    expect(await refusal('snapshot', { camera: 'Drve' })).toMatchObject({
      code: 'not_found',
      didYouMean: [expect.stringContaining('70 Drive')],
    });
  });
});

test('times of a second home are those of the reply', async () => {
  const berlin = fakeSystem([{ ...door(11, 'Far door'), deviceId: 'far:11', systemId: 'far' }], {
    systemId: 'far',
    name: 'Far',
    timeZone: 'Europe/Berlin',
    partitions: [fakePartition({ systemId: 'far' })],
  });
  const both = { systems: [home, berlin] };
  expect((await data('status', {}, both))['as_of']).toBe('2026-11-25T10:15-07:00');
  const house = { systems: both.systems, asOf: fakeNow + 45_000, stream: 'live' as const };
  expect(asOf(house, fakeNow)).toEqual({ as_of: '2026-11-25T10:15-07:00' });
  const listed = rows(await data('list', { class: 'sensor' }, both)).map((row) => row.at(-1));
  expect(new Set(listed)).toEqual(new Set(['2026-11-25T09:15']));
  expect(rows(await data('status', {}, both)).map((row) => row[3])).toEqual(['2026-11-25T08:15', '2026-11-25T08:15']);
});

test('what is surely open comes before what is unknown, and all of it', async () => {
  const { locked: _locked, ...silent } = lock(30, 'Silent');
  const many = Array.from({ length: 20 }, (_, index) => door(100 + index, `Door ${index}`, { active: true }));
  const { open } = (await data('status', {}, { systems: [fakeSystem([silent, ...many])] })) as { open: string[] };
  expect(open).toHaveLength(21);
  expect(open.at(-1)).toBe('30 Silent: unknown');
});

test('what could not be read is said, and the reason of old data ends once', async () => {
  const reply = await data('status', {}, { stale: { since: fakeNow - 60_000, why: 'It failed.' } });
  expect(reply['stale']).toBe('1m old: It failed. It may be otherwise now');
});
