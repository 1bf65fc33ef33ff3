import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BAD_HOUSE, CABIN, HOME, SEEDS, startVivintSimulator, type VivintSimulator } from '../src/index.ts';
import { Caller, logIn } from './client.ts';

let simulator: VivintSimulator;
let ana: Caller;

beforeEach(async () => {
  simulator = await startVivintSimulator({ clock: { flowing: false } });
  ana = new Caller(simulator, await logIn(simulator, 'sms'));
});
afterEach(() => simulator.close());

describe('faults', () => {
  test('of one server leave the others alone', async () => {
    simulator.faults.of.login.htmlError = true;
    expect((await fetch(`${simulator.urls.login}/oauth2/auth`)).status).toBe(502);
    expect((await ana.raw('GET', 'authuser')).status).toBe(200);
  });

  test('the wall answers in HTML until it is lifted', async () => {
    simulator.faults.of.api.wall = true;
    const answer = await ana.raw('GET', 'authuser');
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('error code: 1020')]);
    simulator.faults.clear();
    expect((await ana.raw('GET', 'authuser')).status).toBe(200);
  });

  test('one system is refused, or comes without its devices, while the other is whole', async () => {
    simulator.faults.brokenSystems.set(HOME, 404);
    expect((await ana.raw('GET', `systems/${HOME}`)).status).toBe(404);
    expect((await ana.raw('GET', `systems/${CABIN}`)).status).toBe(200);
    simulator.faults.clear();
    const lists = { missing: undefined, empty: [], object: {} };
    for (const [kind, d] of Object.entries(lists)) {
      simulator.faults.deviceLists.set(HOME, kind as keyof typeof lists);
      const { system } = (await ana.get(`systems/${HOME}`)) as { system: { par: { d?: unknown }[] } };
      expect(system.par.map((partition) => partition.d)).toEqual([d, d]);
    }
  });

  test('what fits fails each time', async () => {
    simulator.faults.of.api.failOn('authuser');
    for (let i = 0; i < 3; i += 1) expect((await ana.raw('GET', 'authuser')).status).toBe(500);
    expect((await ana.raw('GET', `systems/${HOME}`)).status).toBe(200);
  });

  test('500 and 401 count down, 429 says when to come back', async () => {
    const { faults } = simulator;
    faults.of.api.serverErrors = 2;
    faults.of.api.unauthorizedOnce();
    faults.of.api.limitRate(30);
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push(await ana.raw('GET', 'authuser'));
    expect(answers.map(({ status }) => status)).toEqual([429, 500, 500, 401, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('30');
    expect(answers[3]?.headers.get('content-type')).toBe('text/html');
  });

  test('a request is dropped before it acts, an answer is lost after', async () => {
    simulator.faults.dropSocketOnNext('switches');
    await expect(ana.put(`${HOME}/1/switches/50`, { s: true })).rejects.toThrow('fetch failed');
    await simulator.clock.advance(100);
    expect(simulator.device(50)['s']).toBe(false);
    simulator.faults.loseAnswerOnNext('PUT /api/');
    await expect(ana.put(`${HOME}/1/switches/50`, { s: true })).rejects.toThrow('fetch failed');
    await simulator.clock.advance(100);
    expect(simulator.device(50)['s']).toBe(true);
  });

  test('JSON is cut, commands are ignored, devices go away', async () => {
    const { faults } = simulator;
    faults.truncateJson = true;
    await expect(ana.get('authuser')).rejects.toThrow(SyntaxError);
    faults.clear();
    faults.ignoreService('locks');
    expect((await ana.put(`${HOME}/1/locks/30`, { s: false })).status).toBe(200);
    await simulator.clock.advance(1000);
    expect(simulator.device(30)['s']).toBe(true);
    faults.makeUnavailable(30);
    expect(simulator.device(30)['ol']).toBe(false);
  });

  test('a hanging server never answers, a refusing one resets', async () => {
    simulator.faults.of.api.hang = true;
    const hung = fetch(`${simulator.urls.api}/authuser`, { signal: AbortSignal.timeout(100) });
    await expect(hung).rejects.toThrow(/timeout|aborted/);
    simulator.faults.clear();
    simulator.faults.refuseConnections = true;
    await simulator.restart();
    await expect(fetch(`${simulator.urls.api}/authuser`)).rejects.toThrow('fetch failed');
  });

  test('a restart keeps ports, homes and tokens', async () => {
    const { urls } = simulator;
    simulator.patch(50, { s: true });
    await simulator.restart();
    expect(simulator.urls).toEqual(urls);
    expect((await ana.raw('GET', 'authuser')).status).toBe(200);
    expect(simulator.device(50)['s']).toBe(true);
  });
});

test('nothing secret is kept in the log of requests', () => {
  const { password } = simulator.account('sms');
  // Times are numbers, in which six digits of a code stand by chance.
  const log = JSON.stringify(simulator.requests.map(({ at: _at, ...request }) => request));
  expect(simulator.requests.length).toBeGreaterThan(3);
  for (const secret of [password, ana.token, simulator.codeFor('sms')]) expect(log).not.toContain(secret);
});

describe('seeds', () => {
  test('the bad house has every combination, written down in words', async () => {
    const bad = await startVivintSimulator({ seed: 'bad-house' });
    const states = bad.truth.filter((truth) => ['sensor', 'lock', 'thermostat', 'camera'].includes(truth.class));
    expect(states.length).toBeGreaterThanOrEqual(90);
    expect(new Set(bad.truth.map(({ deviceId }) => deviceId)).size).toBe(bad.truth.length);
    const all = bad.truth.find(({ name }) => name === 'Everything at once');
    expect(all && bad.device(all.deviceId, BAD_HOUSE)).toMatchObject({ s: true, b: 2, ta: true, tr: true, lb: true, bl: 2, sup: true });
    await bad.close();
  });

  test.each(SEEDS)('%s knows its secrets, and they are in its answers', async (seed) => {
    const one = await startVivintSimulator({ seed });
    const answer = JSON.stringify([...one.cloud.systems.values()]);
    expect(one.secrets.length).toBeGreaterThan(20);
    expect(one.secrets.filter((secret) => !answer.includes(secret))).toEqual([]);
    await one.close();
  });
});
