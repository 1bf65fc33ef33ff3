import { describe, expect, test, vi } from 'vitest';
import { event, fakeNow, fakePartition } from '../../test/doubles/fake-vivint.ts';
import type { HouseEvent, Partition } from '../domain/model.ts';
import { createWhoArmed } from './who-armed.ts';

const signal = new AbortController().signal;
const arming = (minutesAgo: number, more: Partial<HouseEvent>): HouseEvent => {
  const { deviceId: _none, ...plain } = event(minutesAgo, { partitionId: 1, ...more });
  return plain;
};
const timeless = (state: Partition['state']): Partition => {
  const { since: _since, by: _by, ...plain } = fakePartition({ state });
  return plain;
};
const asking = (events: readonly HouseEvent[], complete = true) => {
  const collect = vi.fn(async ({ startMs, endMs }: { startMs: number; endMs: number }) => ({
    events: events.filter(({ at }) => at >= startMs && at <= endMs),
    coverage: { from: startMs, to: endMs, complete },
  }));
  return { collect, who: createWhoArmed(collect, () => fakeNow) };
};
const day = [arming(300, { kind: 'disarmed', by: 'Lee' }), arming(200, { kind: 'arming', by: 'Dana' }), arming(199, { kind: 'armed' })];

describe('a state whose time the picture does not tell', () => {
  test('began with the last event that led to it', async () => {
    expect(await asking(day).who.find(timeless('armed_stay'), signal)).toEqual({ since: fakeNow - 199 * 60_000, by: 'Dana' });
  });
  test('is left open when the last event led elsewhere, or may not be the last', async () => {
    expect(await asking(day).who.find(timeless('disarmed'), signal)).toEqual({});
    expect(await asking(day, false).who.find(timeless('armed_stay'), signal)).toEqual({});
  });
  test('is not looked for again at once', async () => {
    const { who, collect } = asking([]);
    await who.find(timeless('disarmed'), signal);
    await who.find(timeless('disarmed'), signal);
    expect(collect).toHaveBeenCalledTimes(1);
  });
});
