import type { JsonRecord as Raw } from '@switchyard-mcp/core/json';
import { describe, expect, test } from 'vitest';
import { applyPush } from './apply-push.ts';
import { systemOf } from './mapping/system.ts';
import { merge } from './merge.ts';
import { type Push, readPush } from './push.ts';
import { pushEvents } from './push-events.ts';

const facts = { systemId: 'home', name: 'Home', isAdmin: true, alone: true };
const at = (minute: number): string => `2026-11-25T08:${String(minute).padStart(2, '0')}:00.000000`;
const ms = (minute: number): number => Date.parse(`${at(minute).slice(0, 19)}Z`);
const door = (raw: Raw = {}): Raw => ({
  _id: 10,
  t: 'wireless_sensor',
  n: 'Door',
  ec: 1251,
  eqt: 1,
  set: 1,
  ser: 5,
  s: false,
  b: 0,
  ...raw,
});
const document: Raw = {
  panid: 1,
  par: [{ parid: 1, s: 0, rta: true, d: [door({ plctx: { ts: at(10) } }), { _id: 70, t: 'camera_device', n: 'Bell', dng: false }] }],
};

const push = (da: Raw, more: Raw = {}): Push => {
  const read = readPush({ _id: '1|1', t: 'account_partition', op: 'u', panid: 1, parid: 1, dseq: 5, da, ...more }, ms(30));
  if (!read) throw new Error('not read');
  return read;
};
const told = (one: Push, before: Raw = document) => pushEvents(one, { before, after: applyPush(before, one), facts });
const stateAfter = (one: Push, before: Raw = document) => systemOf(applyPush(before, one), facts).devices[0];
const opened = (minute: number) => push({ d: [{ _id: 10, s: true }], plctx: { ts: at(minute) } });

describe('a message moves the picture', () => {
  test('a device, and only what changed of it', () => {
    expect(stateAfter(opened(20))).toMatchObject({ name: 'Door', active: true, bypass: 'none' });
  });
  test('an older one does not', () => {
    expect(stateAfter(opened(9))).toMatchObject({ active: false });
  });
  test('one without a time does', () => {
    expect(stateAfter(push({ d: [{ _id: 10, s: true }] }))).toMatchObject({ active: true });
  });
  test('dotted keys reach inside', () => {
    const after = applyPush(document, push({ 'proph.csce': 'away', plctx: { ts: at(20) } }));
    expect((after['par'] as Raw[])[0]?.['proph']).toEqual({ csce: 'away' });
  });
  test('a new device comes, a removed one goes', () => {
    const fresh = push({ d: [{ _id: 11, t: 'door_lock_device', n: 'Lock', s: true }] }, { op: 'c' });
    expect(systemOf(applyPush(document, fresh), facts).devices.map(({ number }) => number)).toEqual([10, 70, 11]);
    expect(systemOf(applyPush(document, push({ d: [{ _id: 10 }] }, { op: 'd' })), facts).devices.map(({ number }) => number)).toEqual([70]);
  });
  test('an update of a device that is not there makes none', () => {
    expect(systemOf(applyPush(document, push({ d: [{ _id: 99, s: true }] })), facts).devices).toHaveLength(2);
  });
  test('who armed belongs to that arming', () => {
    const armed = applyPush(document, push({ s: 4, seca: { n: 'Ana', s: 4 }, plctx: { ts: at(20) } }));
    expect(systemOf(armed, facts).partitions[0]).toMatchObject({ state: 'armed_away', by: 'Ana' });
    const again = applyPush(applyPush(armed, push({ s: 0, plctx: { ts: at(21) } })), push({ s: 4, plctx: { ts: at(22) } }));
    expect(systemOf(again, facts).partitions[0]).not.toHaveProperty('by');
  });
  test('a user gets a lock by a dotted key', () => {
    const system = { ...document, u: [{ _id: 1, n: 'Ana', lids: [30] }] };
    const one = push({ u: [{ _id: 1, 'lids.1': 31 }] }, { t: 'account_system', _id: 1, parid: undefined });
    expect((applyPush(system, one)['u'] as Raw[])[0]?.['lids']).toEqual([30, 31]);
  });
});

describe('a message in an odd form', () => {
  test('ids as text', () => {
    const before = { panid: '1', par: [{ parid: '1', s: '0', d: [door({ _id: '10' })] }] };
    expect(stateAfter(push({ d: [{ _id: '10', s: 'true' }] }, { panid: '1', parid: '1' }), before)).toMatchObject({
      number: 10,
      active: true,
    });
    expect(stateAfter(push({ d: [{ _id: 10, s: 1 }] }, { panid: undefined, parid: undefined }), before)).toMatchObject({ active: true });
  });
  test('partitions that are named by "panel|partition" alone', () => {
    const before = {
      par: [
        { _id: '1|1', s: 0 },
        { _id: '1|2', s: 0, d: [door()] },
      ],
    };
    const one = push({ s: 4, seca: { n: 'Ana', s: 4 }, plctx: { ts: at(20) } }, { _id: '1|2', parid: undefined });
    expect(systemOf(applyPush(before, one), facts).partitions).toMatchObject([
      { partitionId: 1, state: 'disarmed' },
      { partitionId: 2, state: 'armed_away', by: 'Ana' },
    ]);
    expect(systemOf(before, facts).devices[0]).toMatchObject({ partitionId: 2 });
    expect(told(one, before)).toMatchObject([{ partitionId: 2, kind: 'armed' }]);
  });
  test('a partition and its devices in one message', () => {
    const both = push({ s: 7, d: [{ _id: 10, s: true }], plctx: { ts: at(20) } });
    const after = systemOf(applyPush(document, both), facts);
    expect([after.partitions[0]?.state, after.devices[0]]).toMatchObject(['alarm', { active: true }]);
    expect(told(both).map(({ kind }) => kind)).toEqual(['alarm', 'opened']);
    // The time is that of the devices: an own one of the partition may be older, and is not forgotten for it.
    const own = applyPush(applyPush(document, both), push({ s: 0, plctx: { ts: at(19) } }));
    expect(systemOf(own, facts).partitions[0]?.state).toBe('disarmed');
  });
  test('dotted keys by index, into devices and into a list that is not there yet', () => {
    expect(stateAfter(push({ 'd.0.s': true }))).toMatchObject({ active: true });
    const system = {
      ...document,
      u: [
        { _id: 1, n: 'Ana' },
        { _id: 2, n: 'Ben', lids: null },
      ],
    };
    const one = push(
      {
        u: [
          { _id: 1, 'lids.0': 31 },
          { _id: 2, 'lids.2': 31 },
        ],
      },
      { t: 'account_system', _id: 1, parid: undefined },
    );
    expect((applyPush(system, one)['u'] as Raw[]).map(({ lids }) => lids)).toEqual([[31], [31]]);
  });
  test('an empty list is empty', () => {
    const before = { ale: [{ alet: 5, did: 10 }], par: [{ parid: 1, d: [{ _id: 30, t: 'door_lock_device', n: 'Lock', ucl: [1, 2] }] }] };
    const noAlerts = push({ ale: [] }, { t: 'account_system', _id: 1, parid: undefined });
    expect(systemOf(applyPush(before, noAlerts), facts).alerts).toEqual([]);
    expect(stateAfter(push({ d: [{ _id: 30, ucl: [] }] }), before)).toMatchObject({ usedCodes: 0 });
  });
  test.each([[{ dng: null }], [{ dng: 0 }], [{ vdt: '' }], [{ piv: 'false' }]])('a moment that is over is none: %o', (patch) =>
    expect(told(push({ d: [{ _id: 70, ...patch }], plctx: { ts: at(20) } }))).toEqual([]),
  );
});

describe('a message tells', () => {
  test('what changed, from what', () => {
    expect(told(opened(20))).toMatchObject([
      { kind: 'opened', at: ms(20), deviceId: '10', before: 'closed', after: 'open', source: 'live' },
    ]);
  });
  test('nothing when nothing changed', () => {
    expect(told(push({ d: [{ _id: 10, s: false }], plctx: { ts: at(20) } }))).toEqual([]);
  });
  test('the same twice has one id; told late it still tells, of its own time', () => {
    const [first] = told(opened(20));
    const [again] = told(opened(20), applyPush(document, opened(20)));
    expect(again?.id).toBe(first?.id);
    const closedLater = applyPush(applyPush(document, opened(20)), push({ d: [{ _id: 10, s: false }], plctx: { ts: at(25) } }));
    expect(told(opened(20), closedLater)).toMatchObject([{ id: first?.id, kind: 'opened', at: ms(20) }]);
  });
  test('who disarmed', () => {
    const armed = applyPush(document, push({ s: 4, plctx: { ts: at(15) } }));
    expect(told(push({ s: 0, secd: { n: 'Ben', s: 0 }, plctx: { ts: at(20) } }), armed)).toMatchObject([
      { kind: 'disarmed', by: 'Ben', before: 'armed away', partitionId: 1 },
    ]);
  });
  test.each([
    [{ dng: true }, 'doorbell', 'doorbell rang'],
    [{ vdt: at(20) }, 'seen', 'visitor seen'],
    [{ detected_object: 'package', detection_event_id: 'x' }, 'seen', 'package seen'],
    [{ act: 'a', s: 1 }, 'motion', 'motion'],
  ])('a camera: %o', (patch, kind, text) => {
    expect(told(push({ d: [{ _id: 70, ...patch }], plctx: { ts: at(20) } }))).toMatchObject([{ kind, text, deviceId: '70' }]);
  });
  test('a new picture is no event', () => {
    expect(told(push({ d: [{ _id: 70, ctd: at(20) }], plctx: { ts: at(20) } }))).toEqual([]);
  });
});

test.each([
  ['nothing', undefined],
  ['a text', 'x'],
  ['another kind', { t: 'account_billing', da: {} }],
  ['no data', { t: 'account_partition' }],
])('%s is no message', (_what, payload) => expect(readPush(payload, 0)).toBeUndefined());

test('a patch cannot reach into the language', () => {
  merge({}, JSON.parse('{"__proto__": {"polluted": 1}, "constructor.prototype.polluted": 1, "a.__proto__.polluted": 1}') as Raw);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
