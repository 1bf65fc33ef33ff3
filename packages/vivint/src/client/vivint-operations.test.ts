import {
  type Approval,
  createRuntime,
  createToolCaller,
  defineTool,
  isToolError,
  type Reached,
  ToolError,
  type ToolErrorFields,
} from '@switchyard-mcp/core';
import { CABIN, HOME } from '@switchyard-mcp/simulator-vivint';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { approvals, type CloudOptions, type TestCloud, tempStorage, testCloud, writes } from '../../test/doubles/test-cloud.ts';
import { type Act, levelOf } from '../domain/acts.ts';
import { carryOut } from '../domain/carry-out.ts';
import type { Camera, Device, House } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';

const signal = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const cloud = async (options: CloudOptions = {}): Promise<TestCloud> => {
  const made = await testCloud({ ...options, settings: { tokenStore: 'memory', ...options.settings } });
  open.push(made);
  return made;
};
const failure = async (work: Promise<unknown>): Promise<ToolErrorFields> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isToolError(error)) throw new Error(`no refusal: ${String(error)}`);
  return error.fields;
};
const approval = (): Approval => approvals.approve('token');
const deviceIn = (house: House, id: string): Device => {
  const found = house.systems.flatMap(({ devices }) => devices).find(({ deviceId }) => deviceId === id);
  if (!found) throw new Error(`${id} is not there`);
  return found;
};
/** Resolves when the picture fits. */
const until = (operations: VivintOperations, fits: (house: House) => boolean): Promise<House> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      operations.house(signal, { maxAgeMs: Number.POSITIVE_INFINITY }).then((house) => {
        if (!fits(house)) return;
        stop();
        resolve(house);
      }, reject);
    };
    const stop = operations.onChange(look);
    look();
  });
/** Reads, and waits until the stream stands: from here on every change comes by itself. */
const live = async ({ simulator, operations }: TestCloud): Promise<void> => {
  await operations.house(signal);
  while (simulator.stream.openPolls === 0) await new Promise((resolve) => setImmediate(resolve));
};
const puts = ({ simulator }: TestCloud) =>
  simulator.requests.filter(({ what }) => what.startsWith('PUT')).map(({ what, body }) => [what, JSON.parse(body) as unknown]);

describe('the picture', () => {
  test('changes reach it by the stream, without another read', async () => {
    const made = await cloud();
    await live(made);
    const reads = made.simulator.requests.length;
    made.simulator.sense(10, true);
    await until(made.operations, (house) => (deviceIn(house, 'home:10') as { active?: boolean }).active === true);
    made.simulator.sense(10, true, CABIN);
    expect(made.simulator.requests.slice(reads).filter(({ host }) => host === 'api')).toEqual([]);
  });
  test('one that fails is the last known, marked with age and reason', async () => {
    const made = await cloud({ settings: { live: 'off', tokenStore: 'memory' } });
    await made.operations.house(signal);
    made.simulator.faults.of.api.htmlError = true;
    const house = await made.operations.house(signal, { maxAgeMs: 0 });
    expect(house.stale?.why).toMatch(/502/);
    made.simulator.faults.clear();
  });
  test('without the stream every read asks the cloud', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    await made.operations.house(signal);
    made.simulator.sense(10, true);
    expect(deviceIn(await made.operations.house(signal), 'home:10')).toMatchObject({ active: true });
  });
  test('one home that cannot be read leaves the other, and nothing claims to be complete', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    made.simulator.faults.brokenSystems.set(CABIN, 500);
    const house = await made.operations.house(signal);
    expect(house.systems.map(({ systemId }) => systemId)).toEqual(['home']);
    const now = made.operations.clock.now();
    const { coverage } = await made.operations.events({ startMs: now - 3_600_000, endMs: now }, signal);
    expect(coverage).toMatchObject({ complete: false, missing: expect.stringContaining('cabin') });
  });
  test('without any there is an error, not an empty home', async () => {
    const made = await cloud();
    made.simulator.faults.of.api.refuseConnections = true;
    expect((await failure(made.operations.house(signal))).code).toBe('upstream_unavailable');
  });
  test('a late push does not win over newer data', async () => {
    const made = await cloud();
    await live(made);
    made.simulator.sense(12, true);
    await until(made.operations, (house) => (deviceIn(house, 'home:12') as { active?: boolean }).active === true);
    made.simulator.cloud.pushStale(made.simulator.cloud.place(HOME, 12), { s: false }, 60_000);
    made.simulator.sense(13, true);
    const house = await until(made.operations, (now) => (deviceIn(now, 'home:13') as { active?: boolean }).active === true);
    expect(deviceIn(house, 'home:12')).toMatchObject({ active: true });
  });
  test('a new device comes with all it is', async () => {
    const made = await cloud();
    await live(made);
    const like = made.simulator.device(12);
    made.simulator.cloud.addDevice(HOME, 1, { ...like, _id: 99, t: 'wireless_sensor', n: 'Skylight' });
    const house = await until(made.operations, (now) => now.systems[0]?.devices.some(({ number }) => number === 99) ?? false);
    expect(deviceIn(house, 'home:99')).toMatchObject({ name: 'Skylight', kind: 'door' });
  });
  test('an account that sees one system has short handles', async () => {
    const made = await cloud({ settings: { systems: 'cabin' } });
    const house = await made.operations.house(signal);
    expect(house.systems.map(({ systemId }) => systemId)).toEqual(['cabin']);
    expect(deviceIn(house, '10').name).toBe('Patio Door');
    expect(made.simulator.requests.some(({ what }) => what.includes(String(HOME)))).toBe(false);
  });
  test('what the lists hide does not exist: picture, alerts, events, users', async () => {
    const made = await cloud({ settings: { deny: 'lock,Hall*,15', systems: 'Home' } });
    const house = await made.operations.house(signal);
    expect(house.systems[0]?.devices.some(({ class: kind, name }) => kind === 'lock' || name.startsWith('Hall'))).toBe(false);
    expect(house.systems[0]?.alerts.map(({ kind }) => kind)).toEqual(['supervision lost']);
    expect(house.systems[0]?.users.flatMap(({ locks }) => locks)).toEqual([]);
    made.simulator.turnLock(30, false, { by: 'Ana' });
    const { events } = await made.operations.events({ startMs: 0, endMs: made.operations.clock.now() }, signal);
    expect(events.length).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toMatch(/Front Door was|unlocked/);
  });
});

describe('the guard', () => {
  const acts: readonly (readonly [string, Act])[] = [
    ['arm', { kind: 'arm', systemId: 'home', partitionId: 1, to: 'stay' }],
    ['lock', { kind: 'lock', deviceId: 'home:31', locked: true }],
    ['close', { kind: 'garage_door', deviceId: 'cabin:140', open: false }],
    ['end a bypass', { kind: 'bypass', deviceId: 'home:14', bypassed: false }],
    ['switch', { kind: 'switch', deviceId: 'home:50', on: true }],
    ['heat', { kind: 'thermostat', deviceId: 'home:60', change: { heatToC: 21 } }],
    ['disarm', { kind: 'arm', systemId: 'home', partitionId: 1, to: 'disarmed' }],
    ['unlock', { kind: 'lock', deviceId: 'home:30', locked: false }],
    ['open', { kind: 'garage_door', deviceId: 'home:40', open: true }],
    ['bypass', { kind: 'bypass', deviceId: 'home:10', bypassed: true }],
  ];
  const levels = ['read', 'secure', 'operate', 'sensitive'] as const;
  test.each(levels)('level %s lets through what it may, and nothing else is sent', async (level) => {
    const made = await cloud({ level });
    const results = new Map<string, string>();
    for (const [name, act] of acts)
      results.set(
        name,
        await made.operations.perform(act, { approval: approval(), signal }).then(
          () => 'sent',
          (error: unknown) => (isToolError(error) ? error.fields.code : 'broken'),
        ),
      );
    const allowed = acts.filter(([, act]) => levels.indexOf(levelOf(act)) <= levels.indexOf(level)).map(([name]) => name);
    expect([...results].filter(([, result]) => result === 'sent').map(([name]) => name)).toEqual(allowed);
    expect(puts(made)).toHaveLength(allowed.length);
  });
  test('without an approval nothing opens; "never" refuses even with one', async () => {
    const made = await cloud();
    const never = made.another({ settings: { security: 'never', tokenStore: 'memory' } });
    for (const [, act] of acts.filter(([name, one]) => levelOf(one) === 'sensitive' && name !== 'end a bypass')) {
      expect((await failure(made.operations.perform(act, { signal }))).code).toBe('confirmation_required');
      expect((await failure(made.operations.perform(act, { signal, approval: { how: 'token' } as unknown as Approval }))).code).toBe(
        'confirmation_required',
      );
      expect((await failure(never.perform(act, { signal, approval: approval() }))).code).toBe('permission_denied');
    }
    expect(puts(made)).toEqual([]);
  });
  test('hidden devices and ghosts cannot be acted on', async () => {
    const made = await cloud({ settings: { deny: 'lock' } });
    expect((await failure(made.operations.perform({ kind: 'lock', deviceId: 'home:31', locked: true }, { signal }))).code).toBe(
      'not_found',
    );
    expect((await failure(made.operations.perform({ kind: 'lock', deviceId: 'home:10', locked: true }, { signal }))).code).toBe(
      'invalid_input',
    );
    expect(puts(made)).toEqual([]);
  });
  test('nothing is opened while an alarm is on; locking still works', async () => {
    const made = await cloud();
    made.simulator.arming.alarm(HOME, made.simulator.cloud.partition(HOME, 1) as never, 7, 'Back Door');
    const act = { kind: 'arm', systemId: 'home', partitionId: 1, to: 'disarmed' } as const;
    expect(await failure(made.operations.perform(act, { signal, approval: approval() }))).toMatchObject({
      code: 'permission_denied',
      what: expect.stringContaining('alarm'),
    });
    await made.operations.perform({ kind: 'lock', deviceId: 'home:31', locked: true }, { signal });
  });
  test('an alarm that began a moment ago counts, without the stream too', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    await made.operations.house(signal);
    made.simulator.arming.alarm(HOME, made.simulator.cloud.partition(HOME, 1) as never, 7, 'Back Door');
    const act = { kind: 'lock', deviceId: 'home:30', locked: false } as const;
    expect(await failure(made.operations.perform(act, { signal, approval: approval() }))).toMatchObject({ code: 'permission_denied' });
    expect(puts(made)).toEqual([]);
  });
  test('nothing is opened on an old picture', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    await made.operations.house(signal);
    made.simulator.faults.of.api.htmlError = true;
    const act = { kind: 'lock', deviceId: 'home:30', locked: false } as const;
    expect(await failure(made.operations.perform(act, { signal, approval: approval() }))).toMatchObject({
      code: 'upstream_unavailable',
      sideEffects: 'none',
    });
    expect(puts(made)).toEqual([]);
  });
  test('a loop of commands is slowed down', async () => {
    const made = await cloud();
    const act = { kind: 'lock', deviceId: 'home:30', locked: false } as const;
    for (let i = 0; i < 6; i += 1) await made.operations.perform(act, { signal, approval: approval() });
    expect(await failure(made.operations.perform(act, { signal, approval: approval() }))).toMatchObject({
      code: 'rate_limited',
      retryable: true,
    });
  });
});

describe('acts, as seen', () => {
  const run = (made: TestCloud, act: Act, reached: (device: Device) => Reached, waitMs = 4000) =>
    carryOut(made.operations, {
      act,
      approval: approval(),
      waitMs,
      signal,
      reached: (house) => (act.kind === 'arm' ? 'no' : reached(deviceIn(house, act.deviceId))),
    });
  const isLocked = (wanted: boolean) => (device: Device) =>
    (device.class === 'lock' && device.locked === wanted ? 'done' : 'no') as Reached;

  test.each(['on', 'off'] as const)('unlocking with the stream %s', async (stream) => {
    const made = await cloud({ settings: { live: stream } });
    if (stream === 'on') await live(made);
    const outcome = await run(made, { kind: 'lock', deviceId: 'home:30', locked: false }, isLocked(false));
    expect(outcome.outcome).toBe('done');
    expect(puts(made)).toEqual([[`PUT /api/${HOME}/1/locks/30`, { s: false, _id: 30 }]]);
  });
  test('a stuck bolt is found out, and on which of two doors of one name', async () => {
    const made = await cloud();
    await live(made);
    made.simulator.turnLock(30, false);
    made.simulator.acts.jam(HOME, 30);
    const outcome = await run(made, { kind: 'lock', deviceId: 'home:30', locked: true }, (device) =>
      device.class === 'lock' && device.jammedAt !== undefined ? 'failed' : isLocked(true)(device),
    );
    expect(outcome.outcome).toBe('failed');
    expect(deviceIn(outcome.state as House, 'cabin:30')).not.toHaveProperty('jammedAt');
  });
  test('what the cloud accepts and does not do is a failure', async () => {
    const made = await cloud();
    made.simulator.faults.ignoreService('locks');
    expect((await run(made, { kind: 'lock', deviceId: 'home:31', locked: true }, isLocked(true), 1100)).outcome).toBe('unknown');
  });
  test('an answer that got lost: what was done is seen, and it is sent once', async () => {
    const made = await cloud();
    await live(made);
    made.simulator.faults.of.api.loseAnswerOnNext('locks');
    expect((await run(made, { kind: 'lock', deviceId: 'home:31', locked: true }, isLocked(true))).outcome).toBe('done');
    expect(puts(made)).toHaveLength(1);
  });
  test('an ended token does not lose a command, nor send it twice', async () => {
    const made = await cloud();
    await made.operations.house(signal);
    made.simulator.expireTokens();
    expect((await run(made, { kind: 'lock', deviceId: 'home:31', locked: true }, isLocked(true))).outcome).toBe('done');
    expect(puts(made)).toHaveLength(2);
    expect(made.simulator.requests.filter(({ what, status }) => what.startsWith('PUT') && status === 200)).toHaveLength(1);
  });
  test('once a command went out, a failure of the same call cannot say that nothing was changed', async () => {
    const made = await cloud();
    await live(made);
    const tool = defineTool<VivintOperations>()({
      name: 't_write',
      title: 'T',
      description: 'T.',
      toolset: 'basic',
      level: 'sensitive',
      effect: 'change',
      confirm: 'never',
      idempotent: false,
      input: z.object({ act: z.boolean() }),
      output: z.looseObject({}),
      handler: async ({ act }) => {
        if (act) await run(made, { kind: 'lock', deviceId: 'home:31', locked: true }, isLocked(true));
        throw new ToolError({ code: 'not_found', what: 'It is gone.', sideEffects: 'none' });
      },
    });
    const caller = createToolCaller({
      tools: [tool],
      levels: ['sensitive'],
      level: 'sensitive',
      operations: () => made.operations,
      principal: 'test',
      runtime: { ...createRuntime(), writes },
    });
    for (const [act, sideEffects] of [
      [false, 'none'],
      [true, 'unknown'],
    ] as const)
      expect(await caller.call('t_write', { act }, { signal, canAsk: false })).toMatchObject({ structured: { error: { sideEffects } } });
  });
  test('set points, dimming and bypass arrive as the cloud wants them', async () => {
    const made = await cloud();
    await live(made);
    const thermostat = await run(
      made,
      { kind: 'thermostat', deviceId: 'home:60', change: { mode: 'auto', heatToC: 19.5, coolToC: 24, fanMode: 'on', hold: 'permanent' } },
      (device) =>
        device.class === 'thermostat' && device.mode === 'auto' && device.heatToC === 19.5 && device.hold === 'permanent' ? 'done' : 'no',
    );
    expect(thermostat.outcome).toBe('done');
    const dim = await run(made, { kind: 'switch', deviceId: 'home:51', levelPercent: 15 }, (device) =>
      device.class === 'light' && device.levelPercent === 15 ? 'done' : 'no',
    );
    expect(dim.outcome).toBe('done');
    const bypass = await run(made, { kind: 'bypass', deviceId: 'home:10', bypassed: true }, (device) =>
      device.class === 'sensor' && device.bypass === 'manual' ? 'done' : 'no',
    );
    expect(bypass.outcome).toBe('done');
  });
  test('arming that the panel refuses is an error with its reason', async () => {
    const made = await cloud();
    const act = { kind: 'arm', systemId: 'cabin', partitionId: 1, to: 'away' } as const;
    expect(await failure(made.operations.perform(act, { signal }))).toMatchObject({
      code: 'conflict',
      why: expect.stringContaining('not ready'),
    });
  });
});

describe('pictures', () => {
  const camera = async (made: TestCloud, id: string) => deviceIn(await made.operations.house(signal), id) as Camera;
  test('a new one is taken and fetched without the token', async () => {
    const made = await cloud();
    await live(made);
    const before = await camera(made, 'home:71');
    const picture = await made.operations.picture(before, { maxAgeMs: 1000, waitMs: 60_000, signal });
    expect(picture.takenAt).toBeGreaterThan(before.pictureAt ?? 0);
    expect([...picture.bytes.subarray(0, 2)]).toEqual([0xff, 0xd8]);
    expect(picture.note).toBeUndefined();
  });
  test('asked again at once: the picture of the request before, without waiting', async () => {
    const made = await cloud();
    await live(made);
    const first = await made.operations.picture(await camera(made, 'home:71'), { maxAgeMs: 0, waitMs: 60_000, signal });
    const again = await made.operations.picture(await camera(made, 'home:71'), { maxAgeMs: 0, waitMs: 60_000, signal });
    expect(again).toMatchObject({ takenAt: first.takenAt, note: expect.stringContaining('once in 10 s') });
    expect(made.simulator.requests.filter(({ what }) => what.includes('request-camera-thumbnail'))).toHaveLength(1);
  });
  test('a new one that cannot be asked for: the old one, with the reason', async () => {
    const made = await cloud();
    const seen = await camera(made, 'home:71');
    made.simulator.faults.of.api.failOn('request-camera-thumbnail');
    const picture = await made.operations.picture(seen, { maxAgeMs: 0, waitMs: 60_000, signal });
    expect(picture).toMatchObject({ takenAt: seen.pictureAt, note: expect.stringContaining('could not be asked for') });
  });
  test('privacy that was switched on a moment ago, and of which no message came, is kept', async () => {
    const made = await cloud();
    await live(made);
    const seen = await camera(made, 'home:71');
    made.simulator.faults.silentStream = true;
    made.simulator.patch(71, { cpri: true });
    expect((await failure(made.operations.picture(seen, { maxAgeMs: 1e12, waitMs: 100, signal }))).code).toBe('permission_denied');
    made.simulator.faults.of.api.htmlError = true;
    expect((await failure(made.operations.picture(seen, { maxAgeMs: 1e12, waitMs: 100, signal }))).what).toContain('privacy');
  });
  test('an offline camera gives its last one, and says so', async () => {
    const made = await cloud();
    const picture = await made.operations.picture(await camera(made, 'home:72'), { maxAgeMs: 1000, waitMs: 200, signal });
    expect(picture.note).toContain('offline');
  });
  test('privacy is kept, and a host that is not listed is not asked', async () => {
    const made = await cloud();
    expect((await failure(made.operations.picture(await camera(made, 'home:73'), { maxAgeMs: 0, waitMs: 100, signal }))).code).toBe(
      'permission_denied',
    );
    made.simulator.media.mode = 'missing';
    expect((await failure(made.operations.picture(await camera(made, 'home:71'), { maxAgeMs: 1e12, waitMs: 100, signal }))).code).toBe(
      'upstream_error',
    );
  });
});

describe('events', () => {
  const day = (operations: VivintOperations) => ({ startMs: operations.clock.now() - 86_400_000, endMs: operations.clock.now() });
  test('a change that was seen live and is in the history is one event, with who did it', async () => {
    const made = await cloud();
    await live(made);
    made.simulator.turnLock(31, true, { by: 'Ana Ortiz', cause: 87 });
    await until(made.operations, (house) => (deviceIn(house, 'home:31') as { locked?: boolean }).locked === true);
    const { events } = await made.operations.events(day(made.operations), signal);
    expect(events.filter(({ deviceId, kind }) => deviceId === 'home:31' && kind === 'locked')).toMatchObject([
      { source: 'history', by: 'Ana Ortiz' },
    ]);
  });
  test.each(['unauthorized', 'forbidden', 'missing', 'html'] as const)(
    'history %s: what was seen live is there, and the gap is told',
    async (mode) => {
      const made = await cloud();
      await live(made);
      made.simulator.cloud.history.mode = mode;
      made.simulator.sense(10, true);
      await until(made.operations, (house) => (deviceIn(house, 'home:10') as { active?: boolean }).active === true);
      const { events, coverage } = await made.operations.events(day(made.operations), signal);
      expect(events.filter(({ deviceId }) => deviceId === 'home:10')).toMatchObject([{ kind: 'opened', source: 'live' }]);
      expect(coverage).toMatchObject({ complete: false, missing: expect.stringContaining('history') });
    },
  );
  test('what was seen live outlives a restart; a message of the pause is caught up', async () => {
    const storage = await tempStorage();
    open.push({ close: storage.remove });
    const made = await testCloud({ storage });
    open.push(made);
    await live(made);
    made.simulator.cloud.history.mode = 'missing';
    made.simulator.sense(10, true);
    await until(made.operations, (house) => (deviceIn(house, 'home:10') as { active?: boolean }).active === true);
    await made.operations.close();
    made.simulator.sense(10, false);
    const next = made.another();
    await next.house(signal);
    for (;;) {
      const { events } = await next.events(day(next), signal);
      const kinds = events.filter(({ deviceId, source }) => deviceId === 'home:10' && source === 'live').map(({ kind }) => kind);
      if (kinds.length === 2) return expect(kinds).toEqual(['opened', 'closed']);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  test('a history that one partition does not have leaves those of the others open', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    await made.operations.house(signal);
    made.simulator.turnLock(30, false, { by: 'Ana Ortiz' });
    made.simulator.cloud.history.missingAt.add(`${CABIN}/1`);
    for (const round of ['first', 'second']) {
      const { events } = await made.operations.events(day(made.operations), signal);
      expect([round, events.some(({ source, by }) => source === 'history' && by === 'Ana Ortiz')]).toEqual([round, true]);
    }
    const asked = made.simulator.requests.filter(({ what }) => what.includes(`/${CABIN}/1/history`));
    expect(asked).toHaveLength(1);
  });
  test('who armed is looked for again when nobody was found', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    await made.operations.house(signal);
    const page = vi.spyOn(made.simulator.cloud.history, 'page').mockReturnValue([]);
    expect((await made.operations.lastArming('home', 1, signal)).by).toBeUndefined();
    page.mockRestore();
    expect((await made.operations.lastArming('home', 1, signal)).by).toBe('Ben Ortiz');
  });
  test('once the time of the call is over the picture alone tells since when', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    const { systems } = await made.operations.house(signal);
    const asked = made.simulator.requests.length;
    const over = AbortSignal.abort(new DOMException('', 'TimeoutError'));
    const { since } = await made.operations.lastArming('home', 1, over);
    expect(since).toBe(systems[0]?.partitions[0]?.since);
    expect(since).toBeDefined();
    expect(made.simulator.requests).toHaveLength(asked);
  });
  test('who armed is found in the history when the picture does not tell', async () => {
    const made = await cloud({ settings: { live: 'off' } });
    await made.operations.house(signal);
    expect((await made.operations.lastArming('home', 1, signal)).by).toBe('Ben Ortiz');
    expect((await made.operations.lastArming('home', 2, signal)).by).toBeUndefined();
  });
});

test('nothing waits after the end, a poll that stands included', async () => {
  const made = await testCloud({ settings: { tokenStore: 'memory' } });
  await live(made);
  await made.operations.close();
  await made.simulator.close();
});
