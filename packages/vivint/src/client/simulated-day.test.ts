import type { Clock } from '@switchyard-mcp/core';
import { HOME, playDay, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { afterEach, expect, test } from 'vitest';
import { type TestCloud, tempStorage, testCloud } from '../../test/doubles/test-cloud.ts';
import type { HouseEvent } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';

const signal = new AbortController().signal;
const minuteMs = 60_000;
const startAt = Date.parse('2026-11-25T06:00:00Z');

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A call waits this long before it asks the cloud once more; the loops of the server wait longer. */
const longestOfCallMs = 450;

/** A clock that goes by the simulator's, and knows how many wait for it, and how many of them in the middle of a call. */
const simulatedClock = (simulator: VivintSimulator): Clock & { readonly waiting: () => number; readonly calling: () => number } => {
  const waits = new Set<{ readonly ms: number }>();
  return {
    waiting: () => waits.size,
    calling: () => [...waits].filter(({ ms }) => ms <= longestOfCallMs).length,
    now: () => simulator.clock.now(),
    monotonic: () => simulator.clock.now(),
    after: (ms, fn) => simulator.clock.after(ms, fn),
    wait: (ms, stop) =>
      new Promise((resolve) => {
        const wait = { ms };
        waits.add(wait);
        const done = (): void => {
          cancel();
          stop?.removeEventListener('abort', done);
          waits.delete(wait);
          resolve();
        };
        const cancel = simulator.clock.after(ms, done);
        stop?.addEventListener('abort', done, { once: true });
        if (stop?.aborted) done();
      }),
  };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Day {
  readonly cloud: TestCloud;
  readonly clock: ReturnType<typeof simulatedClock>;
  /** Lets time pass, and everything that falls due run to its end. */
  pass(ms: number): Promise<void>;
  /** The answer of a call. Time passes only while it waits for that: how fast this machine is makes no difference to the day. */
  answer<T>(work: Promise<T>): Promise<T>;
}

const startDay = async (): Promise<Day> => {
  const storage = await tempStorage();
  open.push({ close: storage.remove });
  let made: ReturnType<typeof simulatedClock> | undefined;
  const cloud = await testCloud({
    storage,
    clock: (simulator) => (made ??= simulatedClock(simulator)),
    simulator: { clock: { startAt, flowing: false }, tokens: { expiresIn: 7200 } },
  });
  if (made === undefined) throw new Error('the clock was not asked for');
  const clock = made;
  open.push(cloud);
  const asked = (): number =>
    cloud.simulator.requests.filter(({ status, what }) => status === 'open' && !what.includes('/v2/subscribe')).length;
  // Two loops of the server: one waits for its next whole read, one polls or waits to poll again.
  const isQuiet = (): boolean => asked() === 0 && clock.waiting() + cloud.simulator.stream.openPolls >= 2;
  const settle = async (): Promise<void> => {
    // As many turns of the event loop as it takes: a limit would let time pass in the middle of what a slow machine still does.
    for (let quiet = 0; quiet < 12; ) {
      await turn();
      quiet = isQuiet() ? quiet + 1 : 0;
    }
  };
  return {
    cloud,
    clock,
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= minuteMs / 2) {
        await cloud.simulator.clock.advance(Math.min(left, minuteMs / 2));
        await settle();
      }
    },
    answer: async (work) => {
      let over = false;
      const watched = work.finally(() => {
        over = true;
      });
      watched.catch(() => undefined);
      while (!over) {
        await turn();
        if (clock.calling() > 0) await cloud.simulator.clock.advance(longestOfCallMs);
      }
      return watched;
    },
  };
};

const eventsOf = async ({ answer, clock }: Day, operations: VivintOperations) => {
  const endMs = clock.now();
  return { endMs, ...(await answer(operations.events({ startMs: startAt, endMs }, signal))) };
};

/** The same thing told twice: one kind, one thing, within a time in which the day does nothing twice. */
const twins = (events: readonly HouseEvent[]): readonly string[] =>
  events.flatMap((event, index) =>
    events
      .slice(index + 1)
      .filter(
        (other) =>
          other.at - event.at < 20_000 &&
          other.kind === event.kind &&
          other.text === event.text &&
          other.systemId === event.systemId &&
          other.deviceId === event.deviceId &&
          other.partitionId === event.partitionId,
      )
      .map((other) => `${event.kind} ${event.subject} ${new Date(event.at).toISOString()} ${event.source} ${other.source}`),
  );

/** Every record that the cloud's history has of the span, exactly once. What happened after the span was asked for is not in it. */
const checkHistory = (day: Day, { events, endMs }: { readonly events: readonly HouseEvent[]; readonly endMs: number }): number => {
  const records = [...day.cloud.simulator.cloud.systems.keys()]
    .flatMap((panelId) => day.cloud.simulator.cloud.history.all(panelId))
    .filter(({ ts }) => Date.parse(`${ts}Z`) >= startAt && Date.parse(`${ts}Z`) <= endMs);
  const told = new Map<string, number>();
  for (const { id } of events) told.set(id, (told.get(id) ?? 0) + 1);
  expect(records.filter(({ _id }) => told.get(_id) !== 1)).toEqual([]);
  return records.length;
};

const kindsOf = (events: readonly HouseEvent[], number: number): readonly string[] =>
  events.filter(({ deviceId }) => deviceId === `home:${number}`).map(({ kind }) => kind);

/** What goes wrong in each half hour of the day. */
const spoil = (simulator: VivintSimulator, half: number): void => {
  if (half % 5 === 1) simulator.faults.dropStream();
  if (half % 7 === 2) simulator.faults.of.api.serverErrors = 4;
  if (half % 7 === 4) simulator.faults.of.stream.serverErrors = 3;
  if (half % 6 === 3) simulator.expireTokens();
  if (half % 8 === 5) simulator.faults.duplicateEvents = !simulator.faults.duplicateEvents;
  simulator.faults.lateEventsMs = half % 9 === 7 ? 45_000 : 0;
};

/** The demo's day with all that goes wrong, and `look` after every half hour. Gives the server that ran at its end. */
const playThrough = async (day: Day, look: (operations: VivintOperations, half: number) => Promise<void>): Promise<VivintOperations> => {
  const { simulator } = day.cloud;
  let operations = day.cloud.operations;
  await day.answer(operations.house(signal));
  await day.pass(minuteMs);
  playDay(simulator);
  for (let half = 0; half < 48; half += 1) {
    spoil(simulator, half);
    if (half % 10 === 8) {
      // A restart of the server, with a pause shorter than the stream remembers.
      simulator.faults.of.api.serverErrors = 0;
      await operations.close();
      await simulator.clock.advance(6 * minuteMs);
      operations = day.cloud.another();
      await day.answer(operations.house(signal));
      await day.pass(24 * minuteMs);
    } else await day.pass(30 * minuteMs);
    await look(operations, half);
  }
  simulator.faults.clear();
  await day.pass(minuteMs);
  return operations;
};

test('24 hours with dropped streams, failing cloud, ended tokens and restarts: nothing lost, nothing twice, old data marked', async () => {
  const day = await startDay();
  const { simulator } = day.cloud;
  const operations = await playThrough(day, async (running, half) => {
    const house = await day.answer(running.house(signal));
    const ageMs = day.clock.now() - house.asOf;
    expect(ageMs <= 10 * minuteMs || house.stale !== undefined, `half hour ${half}: ${ageMs / 1000} s old and not marked`).toBe(true);
    if (half % 4 !== 3) return;
    const seen = await eventsOf(day, running);
    expect(seen.coverage.complete).toBe(true);
    expect(twins(seen.events)).toEqual([]);
    checkHistory(day, seen);
  });
  const seen = await eventsOf(day, operations);
  const { events } = seen;
  expect(checkHistory(day, seen)).toBeGreaterThan(40);
  expect(twins(events)).toEqual([]);
  expect(kindsOf(events, 70)).toEqual(['seen', 'doorbell', 'seen']);
  // What no history has, only the stream told.
  expect(kindsOf(events, 22)).toContain('battery');
  expect(events.filter(({ deviceId, kind }) => deviceId === 'home:13' && kind === 'tamper')).toHaveLength(2);
  // The channel never fell silent for our user.
  const channel = simulator.account('none').channel;
  expect(simulator.stream.lost.filter((message) => message.channel === channel)).toEqual([]);
  expect(simulator.tokens.refreshes.every(({ outcome }) => outcome === 'rotated')).toBe(true);
}, 600_000);

test('the same day while the history does not answer: the stream alone tells everything that the history has, once', async () => {
  const day = await startDay();
  const { history } = day.cloud.simulator.cloud;
  history.mode = 'missing';
  const operations = await playThrough(day, async (running) => {
    await day.answer(running.house(signal));
  });
  const { events, coverage } = await eventsOf(day, operations);
  expect(coverage).toMatchObject({ complete: false, missing: expect.stringContaining('history') });
  expect(twins(events)).toEqual([]);
  const records = history
    .all(HOME)
    // That motion ended is in the history, and no event of ours.
    .filter(({ ts, me }) => Date.parse(`${ts}Z`) >= startAt && !/Motion closed/.test(String(me)));
  const live = events.filter(({ source }) => source === 'live');
  const untold = records.filter((record) => {
    const at = Date.parse(`${record.ts}Z`);
    const ofDevice = live.filter(
      (event) => event.deviceId === `home:${record['did']}` || (record['did'] === 1 && event.partitionId !== undefined),
    );
    // A camera's notice does not say when it was, only when it came: up to the delay of the day later.
    const lateMs = record['hes'] === 30 ? 46_000 : 1000;
    return ofDevice.filter((event) => event.at >= at - 1000 && event.at <= at + lateMs).length !== 1;
  });
  expect(untold.map(({ ts, me }) => `${ts} ${String(me)}`)).toEqual([]);
}, 600_000);

test('an outage: what is shown says how old it is, and the loss shows as differences afterwards', async () => {
  const day = await startDay();
  const { simulator } = day.cloud;
  const { operations } = day.cloud;
  await day.answer(operations.house(signal));
  await day.pass(minuteMs);
  const before = await day.answer(operations.house(signal));
  expect(before.stale).toBeUndefined();
  simulator.cloud.history.mode = 'missing';
  simulator.faults.of.stream.serverErrors = simulator.faults.of.api.serverErrors = 1_000_000;
  simulator.faults.dropStream();
  await day.pass(12 * minuteMs);
  simulator.sense(12, true, HOME);
  await day.pass(18 * minuteMs);
  const during = await day.answer(operations.house(signal));
  expect(during.stale?.since).toBe(before.asOf);
  expect(day.clock.now() - (during.stale?.since ?? 0)).toBeGreaterThanOrEqual(30 * minuteMs);
  simulator.faults.clear();
  await day.pass(5 * minuteMs);
  const after = await day.answer(operations.house(signal));
  expect(after.stale).toBeUndefined();
  const { events, coverage } = await eventsOf(day, operations);
  expect(events.filter(({ deviceId, kind }) => deviceId === 'home:12' && kind === 'opened')).toHaveLength(1);
  expect(coverage.complete).toBe(false);
}, 600_000);
