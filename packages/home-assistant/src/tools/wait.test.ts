import { TestClock } from '@switchyard-mcp/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { waitTool } from './wait.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('met already, not met, an attribute', async () => {
    expect(await replies.reply('ha_wait', { id: 'lock.front_door', to: ['locked'] })).toMatchSnapshot();
    expect(await replies.reply('ha_wait', { id: 'Front Door', to: ['unlocked'], timeout_s: 0.1 })).toMatchSnapshot();
    expect(await replies.reply('ha_wait', { id: 'light.kitchen_lights', attribute: 'brightness', above: 100 })).toMatchSnapshot();
  });
  test('an event that comes, and one that does not', async () => {
    const waiting = replies.reply('ha_wait', { event: 'zha_event', match: { command: 'press' }, timeout_s: 40 });
    const { home, requests } = replies.simulator;
    await vi.waitUntil(() => requests.some(({ body }) => JSON.stringify(body).includes('zha_event')), 60_000);
    home.fire('zha_event', { command: 'press', device: 'Remote' });
    expect(await waiting).toMatchSnapshot();
    expect(await replies.reply('ha_wait', { event: 'zha_event', timeout_s: 0.1 })).toMatchSnapshot();
  });
  test('nothing to wait for', async () => {
    expect(await replies.reply('ha_wait', {})).toMatchSnapshot();
  });
});

let clock: TestClock;
beforeEach(() => {
  clock = new TestClock();
});

/** So for a minute, by the clock of the test. */
const stateThen = (id: string, state: string, attributes = {}) => stateNow(id, state, attributes, clock.now() - 60_000);
const home = () => fakeHome([{ name: 'Garage', state: stateThen('cover.garage', 'opening', { current_position: 10 }) }], { clock });
const wait = (operations: ReturnType<typeof home>, args: Record<string, unknown>, signal?: AbortSignal) =>
  waitTool.handler(waitTool.input.parse(args), fakeContext(operations, signal)).then(({ data }) => data);
const settled = () => clock.advance(0);

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
  await clock.advance(1500);
  operations.change(stateThen('cover.garage', 'opening', { current_position: 50 }));
  expect(await half).toMatchObject({ met: true, waited_s: 1.5, attributes: { current_position: 50 } });
  expect(await any).toMatchObject({ met: true });
  expect(operations.listeners()).toBe(1);
  operations.change(stateThen('cover.garage', 'open'));
  expect(await open).toMatchObject({ met: true, state: 'open' });
  expect(operations.listeners()).toBe(0);
});

test('time out is an answer with the state as it is', async () => {
  const operations = home();
  const waiting = wait(operations, { id: 'cover.garage', to: ['open'], timeout_s: 5 });
  await clock.advance(5000);
  expect(await waiting).toMatchObject({ met: false, state: 'opening 10%', waited_s: 5 });
  expect(operations.listeners()).toBe(0);
});

test('it must hold: a relapse starts the time anew', async () => {
  const operations = home();
  const waiting = wait(operations, { id: 'cover.garage', to: ['open'], for_s: 10 });
  await settled();
  operations.change(stateNow('cover.garage', 'open', {}, clock.now()));
  await clock.advance(9000);
  operations.change(stateNow('cover.garage', 'closing', {}, clock.now()));
  operations.change(stateNow('cover.garage', 'open', {}, clock.now()));
  await clock.advance(10_000);
  expect(await waiting).toMatchObject({ met: true, waited_s: 19 });
});

test('unavailable is neither above nor below', async () => {
  const operations = fakeHome([{ name: 'T', state: stateThen('sensor.t', 'unavailable') }], { clock });
  const waiting = wait(operations, { id: 'sensor.t', below: 5, timeout_s: 1 });
  await clock.advance(1000);
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
