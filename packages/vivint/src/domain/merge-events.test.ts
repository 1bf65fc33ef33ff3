import { expect, test } from 'vitest';
import { mergeEvents, type VagueEvent } from './merge-events.ts';
import type { EventKind, EventSource } from './model.ts';

let count = 0;
const event = (source: EventSource, second: number, kind: EventKind = 'opened', more: Partial<VagueEvent> = {}): VagueEvent => ({
  id: `e${(count += 1)}`,
  at: second * 1000,
  systemId: 'home',
  deviceId: '10',
  kind,
  subject: 'Door',
  text: kind,
  source,
  ...more,
});
const short = (events: readonly VagueEvent[]) => mergeEvents(events).map(({ at, kind, source }) => [at / 1000, kind, source]);

test('what two witnesses tell is one event, in the better one’s words with what the other knows', () => {
  const merged = mergeEvents([event('live', 101, 'locked', { by: 'Ana', before: 'unlocked' }), event('history', 100, 'locked')]);
  expect(merged).toHaveLength(1);
  expect(merged[0]).toMatchObject({ source: 'history', at: 100_000, by: 'Ana', before: 'unlocked' });
});

test('a door that opens twice within seconds stays two openings', () => {
  expect(
    short([
      event('history', 100),
      event('history', 104),
      event('live', 100),
      event('live', 104),
      event('history', 102, 'closed'),
      event('live', 102, 'closed'),
    ]),
  ).toEqual([
    [100, 'opened', 'history'],
    [102, 'closed', 'history'],
    [104, 'opened', 'history'],
  ]);
});

test('what only one tells stays', () => {
  expect(short([event('history', 100), event('live', 200, 'motion')])).toEqual([
    [100, 'opened', 'history'],
    [200, 'motion', 'live'],
  ]);
});

test('the same record twice is one', () => {
  const one = event('live', 5);
  expect(mergeEvents([one, one])).toHaveLength(1);
});

test('a time known only to lie in a span finds its better witness there', () => {
  expect(short([event('snapshot', 400, 'opened', { notBefore: 100_000 }), event('history', 250)])).toEqual([[250, 'opened', 'history']]);
  expect(short([event('snapshot', 400, 'opened', { notBefore: 300_000 }), event('history', 250)])).toHaveLength(2);
});

test('other devices, systems and partitions are other events', () => {
  expect(short([event('history', 1), event('live', 1, 'opened', { deviceId: '11' })])).toHaveLength(2);
  expect(short([event('history', 1), event('live', 1, 'opened', { systemId: 'cabin' })])).toHaveLength(2);
  const { deviceId: _device, ...armed } = event('history', 1, 'armed', { partitionId: 1 });
  const { deviceId: _other, ...arming } = event('live', 1, 'arming', { partitionId: 1 });
  expect(short([armed, arming])).toHaveLength(1);
  expect(short([armed, { ...arming, partitionId: 2 }])).toHaveLength(2);
});

test('a last change is dropped where something better tells of it', () => {
  expect(short([event('inferred', 100, 'other'), event('live', 100)])).toEqual([[100, 'opened', 'live']]);
});
