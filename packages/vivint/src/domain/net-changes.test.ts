import { expect, test } from 'vitest';
import { door, event, fakePartition, fakeSystem } from '../tools/fake-vivint.ts';
import type { HouseEvent } from './model.ts';
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
