import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { waitTool } from './wait.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] }));
afterEach(() => vi.useRealTimers());

const cover = { name: 'Garage', state: stateNow('cover.garage', 'opening', { current_position: 10 }) };
const home = () => fakeHome([{ ...cover, state: stateNow('cover.garage', 'opening', { current_position: 10 }) }]);
const wait = (operations: ReturnType<typeof home>, args: Record<string, unknown>, signal?: AbortSignal) =>
  waitTool.handler(waitTool.input.parse(args), fakeContext(operations, signal)).then(({ data }) => data);
const settled = () => vi.advanceTimersByTimeAsync(0);

test('what is so already returns at once', async () => {
  const operations = home();
  expect(await wait(operations, { id: 'garage', to: ['Opening'] })).toMatchObject({ met: true, was: 'already', id: 'cover.garage' });
  expect(await wait(operations, { id: 'garage', to: ['opening'], for_s: 30 })).toMatchObject({ was: 'already' });
  expect(operations.listeners()).toBe(0);
});

test('several waits end each by their own change', async () => {
  const operations = home();
  const open = wait(operations, { id: 'cover.garage', to: ['open'] });
  const half = wait(operations, { id: 'cover.garage', attribute: 'current_position', above: 49 });
  const any = wait(operations, { id: 'cover.garage', attribute: 'current_position' });
  await vi.advanceTimersByTimeAsync(1500);
  operations.change(stateNow('cover.garage', 'opening', { current_position: 50 }));
  expect(await half).toMatchObject({ met: true, waited_s: 1.5, current_position: 50 });
  expect(await any).toMatchObject({ met: true });
  expect(operations.listeners()).toBe(1);
  operations.change(stateNow('cover.garage', 'open', {}));
  expect(await open).toMatchObject({ met: true, state: 'open' });
  expect(operations.listeners()).toBe(0);
});

test('time out is an answer with the state as it is', async () => {
  const operations = home();
  const waiting = wait(operations, { id: 'cover.garage', to: ['open'], timeout_s: 5 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(await waiting).toMatchObject({ met: false, state: 'opening 10%', waited_s: 5 });
  expect(operations.listeners()).toBe(0);
});

test('it must hold: a relapse starts the time anew', async () => {
  const operations = home();
  const waiting = wait(operations, { id: 'cover.garage', to: ['open'], for_s: 10 });
  await settled();
  operations.change(stateNow('cover.garage', 'open', {}, Date.now()));
  await vi.advanceTimersByTimeAsync(9000);
  operations.change(stateNow('cover.garage', 'closing', {}, Date.now()));
  operations.change(stateNow('cover.garage', 'open', {}, Date.now()));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await waiting).toMatchObject({ met: true, waited_s: 19 });
});

test('unavailable is neither above nor below', async () => {
  const operations = fakeHome([{ name: 'T', state: stateNow('sensor.t', 'unavailable') }]);
  const waiting = wait(operations, { id: 'sensor.t', below: 5, timeout_s: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  expect(await waiting).toMatchObject({ met: false });
});

test('a cancelled wait ends with an error and stops listening', async () => {
  const operations = home();
  const stop = new AbortController();
  const waiting = expect(wait(operations, { id: 'cover.garage', to: ['open'] }, stop.signal)).rejects.toMatchObject({
    fields: { code: 'cancelled' },
  });
  await settled();
  stop.abort();
  await waiting;
  expect(operations.listeners()).toBe(0);
});

test('an event comes with its data, or not', async () => {
  const event = (data?: Record<string, unknown>) => fakeHome([], { waitForEvent: async () => data });
  expect(await wait(event({ command: 'press' }), { event: 'zha_event' })).toMatchObject({ met: true, data: { command: 'press' } });
  expect(await wait(event({ long: 'x'.repeat(9000) }), { event: 'zha_event' })).toMatchObject({ cut: '9011 characters in all' });
  expect(await wait(event(), { event: 'zha_event' })).toMatchObject({ met: false });
  await expect(wait(event(), {})).rejects.toMatchObject({ fields: { code: 'invalid_input' } });
  await expect(wait(event(), { id: 'a', event: 'b' })).rejects.toMatchObject({ fields: { code: 'invalid_input' } });
});
