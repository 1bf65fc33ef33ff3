import { describe, expect, test } from 'vitest';
import { camera, door, event, fakePartition, fakeSystem, lock, thermostat } from '../../test/doubles/fake-vivint.ts';
import { deviceChanges } from './device-changes.ts';
import type { HouseEvent, Lock, Thermostat } from './model.ts';
import { netChanges } from './net-changes.ts';

const net = (events: readonly HouseEvent[], front = door(10, 'Front door')) =>
  netChanges(events, [fakeSystem([front], { partitions: [fakePartition({ state: 'armed_away' })] })]).map(
    ({ deviceId, before, now, times }) => [deviceId, before, now, times],
  );
const opened = (minutesAgo: number) => event(minutesAgo, { kind: 'opened', before: 'closed', after: 'open' });
const closed = (minutesAgo: number) => event(minutesAgo, { kind: 'closed', before: 'open', after: 'closed' });
const battery = (minutesAgo: number) => event(minutesAgo, { kind: 'battery', before: 'battery fine', after: 'battery low' });

test('how it was and how it is are of one kind: a battery is not compared with a door', () => {
  const front = door(10, 'Front door', { active: true, battery: { low: true } });
  expect(net([battery(30), opened(20)], front)).toEqual([
    ['10', 'closed', 'open', 1],
    ['10', 'battery fine', 'battery low', 1],
  ]);
});

test('what is again as it was is left out', () => {
  expect(net([opened(30), closed(20)])).toEqual([]);
  expect(net([opened(30), closed(20), opened(10)], door(10, 'Front door', { active: true }))).toEqual([['10', 'closed', 'open', 3]]);
});

test('connection and tamper in the words of their events', () => {
  const events = [event(9, { kind: 'offline', before: 'online' }), event(8, { kind: 'tamper', before: 'tamper cleared' })];
  expect(net(events, door(10, 'Front door', { online: false, tampered: true }))).toEqual([
    ['10', 'tamper cleared', 'tampered', 1],
    ['10', 'online', 'offline', 1],
  ]);
});

test('where it is not known how it was nothing is left out, and what is gone is unknown', () => {
  expect(net([event(30)])).toEqual([['10', 'unknown', 'closed', 1]]);
  expect(net([event(30, { deviceId: '99' })])).toEqual([['99', 'unknown', 'unknown', 1]]);
});

test('a partition', () => {
  const { deviceId: _none, ...armed } = event(5, { kind: 'armed', partitionId: 1, before: 'disarmed', after: 'armed away' });
  expect(net([armed])).toEqual([['', 'disarmed', 'armed away', 1]]);
});

describe('an event of another kind is no change of the state', () => {
  const yard = camera(70, 'Yard', { online: false });
  const window = door(12, 'Den Window', { kind: 'window', active: true, bypass: 'manual' });
  const changes = (events: readonly HouseEvent[]) =>
    netChanges(events, [fakeSystem([yard, window])]).map(({ deviceId, before, now }) => [deviceId, before, now]);
  test.each(['motion', 'seen', 'doorbell', 'other'] as const)('a camera tells of a moment: %s', (kind) => {
    expect(changes([event(5, { kind, deviceId: '70', source: 'live', after: kind })])).toEqual([]);
    expect(changes([event(5, { kind, deviceId: '70', source: 'inferred', after: 'offline' })])).toEqual([]);
  });
  test('an alert of the cloud is one of its own', () => {
    const told = (deviceId: string) => event(5, { kind: 'alert', deviceId, text: 'battery low', source: 'snapshot' });
    expect(changes([told('12')])).toEqual([['12', 'no alert', 'alert: battery low']]);
  });
  test('a bolt that was stuck is told while it is', () => {
    const stuck = event(5, { kind: 'jammed', deviceId: '30', source: 'note', after: 'jammed' });
    const rows = (front: Lock) => netChanges([stuck], [fakeSystem([front])]).map(({ before, now }) => [before, now]);
    expect(rows(lock(30, 'Front', { jammedAt: 5 }))).toEqual([['not jammed', 'jammed']]);
    expect(rows(lock(30, 'Front'))).toEqual([]);
  });
  test('a sentence that nobody understood says nothing of the state', () => {
    expect(changes([event(5, { kind: 'other', deviceId: '12', text: 'Den Window was renamed' })])).toEqual([]);
    expect(changes([event(5, { kind: 'opened', deviceId: '12' })])).toEqual([['12', 'unknown', 'open, bypassed']]);
  });
});

describe('a thermostat of a home that counts in Fahrenheit', () => {
  const hall = thermostat(60, 'Hall');
  const system = (device: Thermostat) => fakeSystem([device], { temperatureUnit: 'F' });
  const told = (minutesAgo: number, was: Thermostat, is: Thermostat): HouseEvent => {
    const [change] = deviceChanges(was, is, { unit: 'F' });
    if (change === undefined) throw new Error('no change');
    return event(minutesAgo, { ...change, deviceId: '60', subject: 'Hall', source: 'live' });
  };
  const rows = (events: readonly HouseEvent[], now: Thermostat) =>
    netChanges(events, [system(now)]).map((change) => [change.before, change.now]);
  const warmer = { ...hall, heatToC: 22 };

  test('is told in its own unit, as lists tell it', () => {
    expect(told(5, hall, warmer)).toMatchObject({
      before: 'heat, heat to 68 °F, cool to 77 °F, fan auto, on schedule',
      after: 'heat, heat to 71.6 °F, cool to 77 °F, fan auto, on schedule',
    });
    expect(rows([told(5, hall, warmer)], warmer)).toEqual([[expect.stringContaining('68 °F'), expect.stringContaining('71.6 °F')]]);
  });
  test('set back as it was is no change, though it is warmer by now', () => {
    const back: Thermostat = { ...hall, currentC: 21, doing: 'heating' };
    expect(rows([told(30, hall, warmer), told(5, warmer, back)], back)).toEqual([]);
  });
  test('another fan or hold is a change', () => {
    const held: Thermostat = { ...hall, hold: 'permanent', fanMode: 'on' };
    expect(rows([told(5, hall, held)], held)).toEqual([
      [expect.stringContaining('on schedule'), expect.stringContaining('hold permanent')],
    ]);
  });
});
