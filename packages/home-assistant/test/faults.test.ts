import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FaultyHome, startFaultyHome } from './faulty-home.ts';

/** What goes wrong on a wire: each fault gives one error that names its cause, no effect twice, no secret, and ends without a restart of ours. */
let home: FaultyHome;
const lamp = 'light.kitchen_lights';
const turnOn = { action: 'turn_on', targets: [lamp] };

beforeAll(async () => {
  home = await startFaultyHome({ args: ['--level', 'admin', '--deadline', '8'] });
  await home.data('ha_get', { ids: [lamp] });
  // What an action needs to know of the home is read before anything goes wrong, whichever test runs first.
  await home.data('ha_control', { ...turnOn, dry_run: true });
});
beforeEach(async () => {
  home.simulator.setState(lamp, 'off');
  await home.data('ha_wait', { id: lamp, to: ['off'], timeout_s: 5 });
  home.mark();
});
afterEach(async () => {
  home.simulator.faults.clear();
  // Whatever it was, the next call works: nothing has to be started again.
  expect(JSON.stringify(await home.recovered('ha_get', { ids: [lamp] }))).toMatch(/"on|"off/);
  await home.recovered('ha_control', { ...turnOn, dry_run: true });
});
afterAll(() => home.close());

describe('slow and silent', () => {
  test('every answer comes late: done once, and seen', async () => {
    home.simulator.faults.delayMs = 300;
    expect(await home.data('ha_control', turnOn)).toMatchObject({ done: 1, failed: 0 });
    expect(home.sent('call_service')).toBe(1);
  });
  test('a read that is never answered says so', async () => {
    home.simulator.faults.hang = true;
    const { text, error } = await home.failure('ha_overview');
    expect(error['code']).toBe('timeout');
    expect(text).toMatch(/did not answer/);
    expect(text).not.toMatch(/Unknown/);
  });
  test('a write that is never answered is unknown, and is sent once', async () => {
    home.simulator.faults.hang = true;
    const reply = await home.data('ha_control', { ...turnOn, wait_s: 1 });
    expect(reply).toMatchObject({ done: 0, unknown: 1 });
    expect(JSON.stringify(reply)).toMatch(/did not answer within/);
    expect(home.sent('call_service')).toBe(1);
  });
});

describe('connections that break', () => {
  test('before the call was read: unknown, sent once', async () => {
    home.simulator.faults.dropSocketOnNext('call_service');
    const reply = await home.data('ha_control', turnOn);
    expect(reply).toMatchObject({ done: 0, unknown: 1 });
    expect(JSON.stringify(reply)).toMatch(/connection to Home Assistant was lost before it answered/);
    expect(home.sent('call_service')).toBe(1);
    expect(home.simulator.getState(lamp)?.['state']).toBe('off');
  });
  test('after the call took effect: unknown, sent once, and the next read shows it', async () => {
    home.simulator.faults.dropSocketAfterNext('call_service');
    expect(await home.data('ha_control', turnOn)).toMatchObject({ done: 0, unknown: 1 });
    expect(home.sent('call_service')).toBe(1);
    expect(JSON.stringify(await home.recovered('ha_get', { ids: [lamp] }))).toMatch(/"on/);
  });
  test('a read is asked again, and nobody notices', async () => {
    home.simulator.faults.dropSocketOnNext('get_config');
    expect(await home.data('ha_overview')).toHaveProperty('entities');
    expect(home.sent('get_config')).toBe(2);
  });
  test('a subscription is asked for again', async () => {
    home.simulator.faults.dropSocketOnNext('render_template');
    expect(await home.data('ha_template', { template: '{{ 40 + 2 }}' })).toMatchObject({ result: 42 });
  });
  test('a read whose answers always break off names it', async () => {
    home.simulator.faults.brokenFrames = 100;
    const { text, error } = await home.failure('ha_overview');
    expect(error['code']).toBe('upstream_unavailable');
    expect(text).toMatch(/not whole JSON|closed the connection before it answered/);
  });
  test('a write whose answer is cut is unknown, and is sent once', async () => {
    home.simulator.faults.brokenFrames = 1;
    const reply = await home.data('ha_control', turnOn);
    expect(reply).toMatchObject({ done: 0, unknown: 1 });
    expect(JSON.stringify(reply)).toMatch(/not whole JSON/);
    expect(home.sent('call_service')).toBe(1);
  });
  test('in mid-subscription: a wait for a state goes on and is met', async () => {
    const waiting = home.data('ha_wait', { id: lamp, to: ['on'], timeout_s: 30 });
    await home.data('ha_template', { template: '{{ 1 }}' });
    await home.simulator.restart();
    home.simulator.setState(lamp, 'on');
    expect(await waiting).toMatchObject({ met: true });
  });
  test('in mid-subscription: a wait for an event hears the next one, and tells of the gap when none came', async () => {
    const heard = home.data('ha_wait', { event: 'doorbell', timeout_s: 45 });
    const missed = home.data('ha_wait', { event: 'parcel', timeout_s: 10 });
    while (home.sent('subscribe_events') < 2) await home.data('ha_template', { template: '{{ 1 }}' });
    await home.simulator.restart();
    home.simulator.home.fire('parcel', {});
    while (home.sent('subscribe_events') < 4) await home.recovered('ha_template', { template: '{{ 1 }}' });
    home.simulator.home.fire('doorbell', { who: 'post' });
    expect(await heard).toMatchObject({ met: true, data: { who: 'post' } });
    expect(await missed).toMatchObject({ met: false, note: expect.stringContaining('connection was lost') });
  });
  test('Home Assistant restarts in mid-call: unknown, sent once', async () => {
    home.simulator.faults.hang = true;
    const calling = home.data('ha_control', { ...turnOn, wait_s: 0 });
    await vi.waitFor(() => expect(home.sent('call_service')).toBe(1), { interval: 5 });
    await home.simulator.restart();
    home.simulator.faults.hang = false;
    expect(await calling).toMatchObject({ done: 0, unknown: 1 });
    expect(home.sent('call_service')).toBe(1);
  });
  test('while it still starts, what is not loaded is not said to be missing', async () => {
    home.simulator.home.coreState = 'STARTING';
    const there = home.simulator.getState('lock.front_door');
    home.simulator.home.remove('lock.front_door');
    await home.data('ha_template', { template: '{{ 1 }}' });
    try {
      for (const [name, args] of [
        ['ha_get', { ids: ['lock.front_door'] }],
        ['ha_control', { action: 'lock', targets: ['lock.front_door'] }],
      ] as const) {
        const { text, error } = await home.failure(name, args);
        expect(text).toMatch(/still starting/);
        expect(error).toMatchObject({ retryable: true, sideEffects: 'none' });
      }
    } finally {
      home.simulator.home.coreState = 'RUNNING';
      home.simulator.setState('lock.front_door', 'locked', there?.['attributes'] as Record<string, unknown>);
    }
    expect(home.sent('call_service')).toBe(0);
    expect(JSON.stringify(await home.recovered('ha_get', { ids: ['lock.front_door'] }))).toMatch(/locked/);
  });
});

describe('events', () => {
  test('that come late: the change is waited for, and seen', async () => {
    home.simulator.faults.lateEventsMs = 400;
    expect(await home.data('ha_control', turnOn)).toMatchObject({ done: 1, failed: 0 });
    expect(home.sent('call_service')).toBe(1);
  });
  test('that come twice change nothing', async () => {
    home.simulator.faults.duplicateEvents = true;
    expect(await home.data('ha_control', turnOn)).toMatchObject({ done: 1, rows: [[lamp, 'off', expect.stringMatching(/^on/)]] });
    expect(await home.data('ha_control', turnOn)).toMatchObject({ done: 0, unchanged: 1 });
    const waiting = home.data('ha_wait', { event: 'doorbell', timeout_s: 5 });
    while (home.sent('subscribe_events') < 1) await home.data('ha_template', { template: '{{ 1 }}' });
    home.simulator.home.fire('doorbell', { count: 1 });
    expect(await waiting).toMatchObject({ met: true, data: { count: 1 } });
  });
});
