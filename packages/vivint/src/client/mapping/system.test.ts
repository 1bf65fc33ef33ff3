import type { JsonRecord as Raw } from '@switchyard-mcp/core/json';
import { expect, test } from 'vitest';
import { slugOf, systemOf } from './system.ts';

const facts = { systemId: 'home', name: 'Home', isAdmin: false, alone: true };
const system = (raw: Raw, alone = true) => systemOf({ tz: 'America/Denver', ...raw }, { ...facts, alone });
const lock = { _id: 30, t: 'door_lock_device', n: 'Front door', s: true };

test('users come with flags; codes, duress and installer do not', () => {
  const users = [
    {
      _id: 1,
      n: 'Ana',
      ad: true,
      pad: true,
      ra: true,
      reg: true,
      hasPins: true,
      lids: [30],
      c: 'canary-panel-code-1',
      lc: 'canary-lock-code-2',
      du: false,
    },
    { _id: 2, n: 'Under force', du: true, c: 'canary-duress-code-3' },
    { _id: 3, n: 'Also under force', att: 4 },
    { _id: 4, n: 'Fitter', iu: true },
  ];
  const found = system({ u: users, par: [{ parid: 1, d: [lock] }] }).users;
  expect(found).toEqual([
    {
      systemId: 'home',
      name: 'Ana',
      admin: true,
      primary: true,
      remoteAccess: true,
      registered: true,
      hasPins: true,
      locks: ['Front door'],
    },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/canary/);
});

test('the bits of a role are read where the flags are missing', () => {
  const users = [2, 16, 18, 8].map((att) => ({ _id: att, n: String(att), att }));
  const found = system({ u: [...users, { _id: 3, n: 'no', att: 2, ad: false }] }).users;
  expect(found.map(({ admin, primary, remoteAccess }) => [admin, primary, remoteAccess])).toEqual([
    [true, undefined, undefined],
    [undefined, true, undefined],
    [true, true, undefined],
    [undefined, undefined, true],
    [false, undefined, undefined],
  ]);
});

test('a number that two partitions have is two devices', () => {
  const raw = { par: [1, 2].map((parid) => ({ parid, d: [lock] })) };
  expect(system(raw).devices.map(({ deviceId }) => deviceId)).toEqual(['30', '30-p2']);
  expect(system(raw, false).devices.map(({ deviceId }) => deviceId)).toEqual(['home:30', 'home:30-p2']);
});

test('a partition tells since when, but only of the state it has', () => {
  const proph = {
    s: [
      { val: 4, ts: '2026-11-25T09:00:00' },
      { val: 0, ts: '2026-11-25T08:00:00' },
    ],
  };
  expect(system({ par: [{ parid: 1, s: 4, proph }] }).partitions[0]).toMatchObject({
    state: 'armed_away',
    since: Date.parse('2026-11-25T09:00:00Z'),
  });
  expect(system({ par: [{ parid: 1, s: 0, proph }] }).partitions[0]).not.toHaveProperty('since');
});

test.each([
  ['armed by the one who did it', { s: 4, seca: { n: 'Ana', s: 4 } }, 'Ana'],
  ['still in the exit delay', { s: 1, seca: { n: 'Ana', s: 4 } }, 'Ana'],
  ['disarmed', { s: 0, secd: { n: 'Ben', s: 0 } }, 'Ben'],
  ['an older deed', { s: 3, seca: { n: 'Ana', s: 4 } }, undefined],
  ['the other deed', { s: 0, seca: { n: 'Ana', s: 4 } }, undefined],
  ['an alarm is nobody’s deed', { s: 7, seca: { n: 'Ana', s: 4 } }, undefined],
])('who: %s', (_what, raw, by) => expect(system({ par: [{ parid: 1, ...raw }] }).partitions[0]?.by).toBe(by));

test('handles carry the system where several are visible', () => {
  const raw = { par: [{ parid: 2, ale: [{ alet: 5, did: 30, ts: '2026-11-25T08:00:00', akd: true }], d: [lock] }] };
  expect(system(raw).devices[0]).toMatchObject({ deviceId: '30', partitionId: 2 });
  expect(system(raw, false).devices[0]).toMatchObject({ deviceId: 'home:30' });
  expect(system(raw, false).alerts).toEqual([
    { kind: 'battery low', deviceId: 'home:30', at: Date.parse('2026-11-25T08:00:00Z'), acknowledged: true },
  ]);
});

test('nothing of the address, the account or the network is taken', () => {
  const hidden = {
    add: '1 Secret Road',
    cit: 'Town',
    poc: 'canary-postcode-1',
    acn: 'canary-account-2',
    iccid: 'canary-iccid-3',
    billing_info: { card: 'canary-card-4' },
    loc: { lat: 1.5 },
  };
  expect(JSON.stringify(system({ ...hidden, par: [{ parid: 1, s: 0, pmac: 'aa:bb:cc' }] }))).not.toMatch(/Secret|Town|canary|aa:bb|1\.5/);
});

test('a zone nobody knows becomes UTC, an odd document an empty system', () => {
  expect(system({ tz: 'Moon/Base', tc: false })).toMatchObject({ timeZone: 'UTC', temperatureUnit: 'F', partitions: [], devices: [] });
  expect(systemOf({ par: 'x', u: 7, ale: [null] }, facts)).toMatchObject({ partitions: [], users: [], alerts: [] });
});

test('short names', () => {
  expect(['The Lake House!', 'Größe', '🏠', '  '].map(slugOf)).toEqual([
    'the-lake-house',
    'große'.normalize('NFKD').replace(/[^a-z0-9]+/g, '-'),
    'system',
    'system',
  ]);
});

test.each([
  [{ hasPins: false, hasPanelPin: false, hasLockPin: true }, true],
  [{ hasPanelPin: false, hasLockPin: null }, false],
  [{ hasPins: null }, undefined],
])('codes of whatever kind count: %o', (raw, expected) => expect(system({ u: [{ n: 'Ana', ...raw }] }).users[0]?.hasPins).toBe(expected));

test('nulls everywhere are absent, not wrong', () => {
  const nothing = { tz: null, tc: null, u: null, ale: null, exd: null };
  const device = Object.fromEntries(
    ['n', 's', 'b', 'ol', 'bl', 'lb', 'ta', 'tr', 'ts', 'caca', 'oms', 'fms', 'ucl'].map((key) => [key, null]),
  );
  const types = [
    'door_lock_device',
    'garage_door_device',
    'thermostat_device',
    'camera_device',
    'group_device',
    'primary_touch_link_device',
  ];
  const d = types.map((t, index) => ({ ...device, _id: index + 1, t }));
  const found = system({
    ...nothing,
    par: [{ parid: null, s: null, rta: null, proph: null, seca: null, d: [...d, null, 'x', { _id: null }] }],
  });
  expect(found).toMatchObject({ timeZone: 'UTC', temperatureUnit: 'C', partitions: [{ partitionId: 1, state: 'unknown' }], users: [] });
  expect(found.devices.map(({ name, online, battery, changedAt }) => [name, online, battery, changedAt])).toEqual(
    types.map((_, index) => [`Device ${index + 1}`, undefined, undefined, undefined]),
  );
});
