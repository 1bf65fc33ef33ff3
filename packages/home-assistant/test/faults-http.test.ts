import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate } from '@switchyard-mcp/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultyHome, startFaultyHome } from './faulty-home.ts';

/** What proxies, tokens and certificates do to a home: the same promises as in faults.test.ts, over HTTP and at the sign-in. */
let home: FaultyHome;
const camera = 'camera.front_garden';
const picture = { id: camera };
const getPicture = `GET /api/camera_proxy/${camera}`;
const made = { entity_id: 'sensor.made_up', state: '7' };
const postState = 'POST /api/states/sensor.made_up';

beforeAll(async () => {
  home = await startFaultyHome({ args: ['--level', 'admin', '--deadline', '8'] });
});
beforeEach(async () => {
  await home.recovered('ha_snapshot', picture);
  home.mark();
});
afterEach(async () => {
  home.simulator.faults.clear();
  // The next calls work: nothing has to be started again.
  await home.recovered('ha_snapshot', picture);
  await home.recovered('ha_set_state', made);
});
afterAll(() => home.close());

describe('answers that are none', () => {
  test('a read whose connection is reset is asked again', async () => {
    home.simulator.faults.dropSocketOnNext(getPicture);
    expect(await home.data('ha_snapshot', picture)).toMatchObject({ id: camera });
    expect(home.sent(getPicture)).toBe(2);
  });
  test.each(['dropSocketOnNext', 'dropSocketAfterNext'] as const)(
    'a write whose connection is reset (%s) is unknown, and is sent once',
    async (drop) => {
      home.simulator.faults[drop](postState);
      const { text, error } = await home.failure('ha_set_state', made);
      expect(error).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'unknown', retryable: false });
      expect(text).toMatch(/^Unknown: .*broke off.*may have taken effect/);
      expect(home.sent(postState)).toBe(1);
    },
  );
  test('JSON that is cut short after a write: unknown, sent once', async () => {
    home.simulator.faults.truncateJson = true;
    const { text, error } = await home.failure('ha_set_state', made);
    expect(error).toMatchObject({ code: 'upstream_error', sideEffects: 'unknown' });
    expect(text).toMatch(/not valid JSON; it may have been cut short/);
    expect(home.sent(postState)).toBe(1);
  });
  test("a proxy's page instead of an answer: a read says that Home Assistant is away, a write is unknown and sent once", async () => {
    home.simulator.faults.htmlError = true;
    const read = await home.failure('ha_snapshot', picture);
    expect(read.text).toMatch(/a proxy answered 502 in place of Home Assistant/);
    expect(read.text).not.toMatch(/<|Gateway/);
    home.simulator.faults.htmlError = false;
    await home.recovered('ha_snapshot', picture);
    home.simulator.faults.htmlError = true;
    expect((await home.failure('ha_set_state', made)).error).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'unknown' });
    expect(home.sent(postState)).toBe(1);
  });
  test('a burst of 503: reads come through, a write is sent once', async () => {
    home.simulator.faults.failRequests(2, 503);
    expect(await home.data('ha_snapshot', picture)).toMatchObject({ id: camera });
    expect(home.sent(getPicture)).toBe(3);
    home.simulator.faults.failRequests(1, 503);
    expect((await home.failure('ha_set_state', made)).error).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'unknown' });
    expect(home.sent(postState)).toBe(1);
  });
  test('an error inside Home Assistant is told as such', async () => {
    home.simulator.faults.failRequests(1);
    expect((await home.failure('ha_snapshot', picture)).text).toMatch(/answered 500.*log of Home Assistant/s);
    home.simulator.faults.failRequests(1);
    expect((await home.failure('ha_set_state', made)).error).toMatchObject({ code: 'upstream_error', sideEffects: 'unknown' });
  });
  test('after a restart behind a proxy that says 502 for a while, the first call waits for it', async () => {
    home.simulator.faults.htmlError = true;
    await home.simulator.restart();
    const { text, error } = await home.failure('ha_overview');
    expect(text).toMatch(/A proxy answered 502: Home Assistant is not running or still starting/);
    expect(error).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'none', retryable: true });
    home.simulator.faults.failRequests(2);
    home.simulator.faults.htmlError = false;
    expect(await home.recovered('ha_overview')).toHaveProperty('entities');
  });
});

describe('too many requests', () => {
  test.each([
    ['in seconds', () => 1],
    ['as a date', () => new Date(Date.now() + 2_000)],
  ])('a short pause asked for %s is kept, then the read goes through', async (_how, after) => {
    home.simulator.faults.limitRate(after());
    expect(await home.data('ha_snapshot', picture)).toMatchObject({ id: camera });
    expect(home.sent(getPicture)).toBe(2);
  });
  test.each([
    ['in seconds', () => 3600],
    ['as a date', () => new Date(Date.now() + 3_600_000)],
  ])('a long one %s is told, with its time, and nothing is sent again', async (_how, after) => {
    home.simulator.faults.limitRate(after(), 2);
    const { text, error } = await home.failure('ha_snapshot', picture);
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true, sideEffects: 'none' });
    expect(Math.abs(Number(error['retryAfterMs']) - 3_600_000)).toBeLessThan(600_000);
    expect(text).toMatch(/takes no more requests for now \(429\)/);
    expect(await home.failure('ha_set_state', made)).toMatchObject({ error: { code: 'rate_limited', sideEffects: 'none' } });
    expect([home.sent(getPicture), home.sent(postState)]).toEqual([1, 1]);
  });
  test('at the door of the WebSocket too', async () => {
    home.simulator.faults.limitRate(120, 100);
    await home.simulator.restart();
    const { error } = await home.failure('ha_overview');
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 120_000, sideEffects: 'none' });
  });
});

describe('a token that is refused', () => {
  test('once, by HTTP: a read is asked again; a write is refused, and nothing was done', async () => {
    home.simulator.faults.unauthorizedOnce();
    expect(await home.data('ha_snapshot', picture)).toMatchObject({ id: camera });
    home.simulator.faults.unauthorizedOnce();
    const { text, error } = await home.failure('ha_set_state', made);
    expect(error).toMatchObject({ code: 'permission_denied', sideEffects: 'none' });
    expect(text).toMatch(/not allowed to this user of Home Assistant \(401\).*Nothing was changed/s);
    expect([home.sent(getPicture), home.sent(postState)]).toEqual([2, 1]);
  });
  test('once, at a sign-in after a restart: nobody notices', async () => {
    home.simulator.faults.unauthorizedOnce();
    await home.simulator.restart();
    expect(await home.data('ha_overview')).toHaveProperty('entities');
    expect(home.sent('auth')).toBe(2);
  });
  test('always: one clear error, few sign-ins, and it works again when the token does', async () => {
    home.simulator.faults.unauthorized = true;
    await home.simulator.restart();
    for (let call = 0; call < 10; call += 1) {
      const { text, error } = await home.failure('ha_overview');
      expect(error).toMatchObject({ code: 'auth_failed', sideEffects: 'none' });
      expect(text).toMatch(/access token was refused.*login/s);
    }
    expect(home.sent('auth')).toBeLessThanOrEqual(3);
    home.simulator.faults.clear();
    expect(await home.recovered('ha_overview')).toHaveProperty('entities');
  });
});

test('a certificate that has expired is named, nothing is sent, and a renewed one is taken without a restart', async () => {
  const hour = 3_600_000;
  const expired = makeCertificate(Date.now() - 48 * hour, Date.now() - hour);
  const renewed = makeCertificate(Date.now() - hour, Date.now() + 48 * hour);
  const secure = await startFaultyHome({ tls: expired, env: { HOMEASSISTANT_CA_FILE: join(home.folder, 'ca.pem') } });
  try {
    await writeFile(join(home.folder, 'ca.pem'), expired.cert + renewed.cert);
    const { text, error } = await secure.failure('ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] });
    expect(error).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'none' });
    expect(text).toMatch(/certificate.*expired/i);
    expect(text).toMatch(/[Rr]enew/);
    expect(secure.simulator.requests).toEqual([]);
    await secure.simulator.restart(renewed);
    expect(await secure.recovered('ha_overview')).toHaveProperty('entities');
    expect(await secure.data('ha_snapshot', picture)).toMatchObject({ id: camera });
    // Over HTTP as well: the connection for pictures is another one.
    await secure.simulator.restart(expired);
    expect((await secure.failure('ha_snapshot', picture)).text).toMatch(/certificate.*expired/i);
  } finally {
    await secure.close();
  }
});
