import { CABIN } from '@switchyard-mcp/simulator-vivint';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestCloud, testCloud } from '../../test/doubles/test-cloud.ts';
import type { VivintOperations } from '../domain/operations.ts';

const signal = new AbortController().signal;
let made: TestCloud | undefined;
afterEach(async () => {
  await made?.close();
  made = undefined;
});
const cloud = async (): Promise<TestCloud> => {
  made = await testCloud({ settings: { tokenStore: 'memory', live: 'off' } });
  await made.operations.house(signal);
  return made;
};
const days = (operations: VivintOperations, count: number) => ({
  startMs: operations.clock.now() - count * 86_400_000,
  endMs: operations.clock.now(),
});

describe('the history of the cloud', () => {
  test.each([7, 20, 99])('in pages of %d, fewer than were asked for, is read to its beginning', async (mostPerPage) => {
    const { simulator, operations } = await cloud();
    const span = days(operations, 2);
    const whole = (await operations.events(span, signal)).events.filter(({ source }) => source === 'history');
    simulator.cloud.history.mostPerPage = mostPerPage;
    const { events, coverage } = await operations.events(span, signal);
    expect(whole.length).toBeGreaterThan(mostPerPage === 99 ? 0 : mostPerPage);
    expect(events.filter(({ source }) => source === 'history').map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
    expect(coverage.complete).toBe(true);
  });
  test('that gives the same page again and again is not called complete, nor asked for ever', async () => {
    const { simulator, operations } = await cloud();
    simulator.cloud.history.mode = 'no paging';
    simulator.cloud.history.mostPerPage = 5;
    const { coverage } = await operations.events(days(operations, 10), signal);
    expect(coverage).toMatchObject({ complete: false, missing: expect.stringContaining('beginning of the span') });
    expect(simulator.requests.filter(({ what }) => what.includes(`${CABIN}/1/history`)).length).toBeLessThan(6);
  });
  test('that is empty is not believed when something is known to have happened', async () => {
    const { simulator, operations } = await cloud();
    simulator.cloud.history.mode = 'empty';
    simulator.turnLock(31, true, { by: 'Ana Ortiz', cause: 87 });
    await operations.house(signal, { maxAgeMs: 0 });
    const { events, coverage } = await operations.events(days(operations, 1), signal);
    expect(events.some(({ kind, deviceId }) => kind === 'locked' && deviceId === 'home:31')).toBe(true);
    expect(coverage).toMatchObject({ complete: false, missing: expect.stringContaining('empty') });
  });
});
