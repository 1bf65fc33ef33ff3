import { createRuntime, systemClock, type ToolContext, ToolError } from '@switchyard-mcp/core';
import type { InsightOperations } from '../../src/domain/insight-operations.ts';
import type { Entity, EntityState, Home } from '../../src/domain/model.ts';
import type { HomeOperations } from '../../src/domain/operations.ts';

const unexpected = (what: string) => async (): Promise<never> => {
  throw new ToolError({ code: 'internal', what: `${what} was not expected here` });
};

/** A home where nothing ever ran and nothing is wrong. */
export const quietInsight: InsightOperations = {
  runs: async () => [],
  run: unexpected('run'),
  runningBody: unexpected('runningBody'),
  testCondition: unexpected('testCondition'),
  changes: async () => [],
  logs: async () => [],
  repairs: async () => [],
  integrations: async () => [],
  pendingSignIns: async () => [],
  checkConfig: async () => ({ valid: true }),
  recorder: async () => ({ recording: true, running: true, migrating: false, backlog: 0, maxBacklog: 65_000 }),
  health: async () => [],
};

/** A whole area of the operations that a test does not use. */
const unexpectedFacet = <T extends object>(name: string): T =>
  new Proxy({} as T, { get: (_target, method) => unexpected(`${name}.${String(method)}`) });

/** A state that has been so for a minute. */
export const stateNow = (
  entityId: string,
  state: string,
  attributes: Record<string, unknown> = {},
  sinceMs = Date.now() - 60_000,
): EntityState => ({
  entityId,
  state,
  attributes,
  lastChangedAt: sinceMs,
  lastUpdatedAt: sinceMs,
  contextId: 'c',
});

const entityOf = (name: string, aliases: readonly string[], state: EntityState): Entity => ({
  entityId: state.entityId,
  domain: state.entityId.split('.')[0] ?? '',
  name,
  registered: true,
  labels: [],
  aliases,
  hidden: false,
  disabled: false,
  state,
});

/** A home in memory for tests of tools: what a test does not give is refused loudly. */
export const fakeHome = (
  things: readonly { readonly name: string; readonly aliases?: readonly string[]; readonly state: EntityState }[],
  operations: Partial<HomeOperations> = {},
): HomeOperations & { change(state: EntityState): void; listeners(): number } => {
  const states = new Map(things.map(({ state }) => [state.entityId, state]));
  const listening = new Set<{ ids: readonly string[]; listener: (state: EntityState) => void }>();
  let withAliases = false;
  const home = (): Home => ({
    entities: new Map(
      things.map(({ name, aliases, state }) => [
        state.entityId,
        entityOf(name, withAliases ? (aliases ?? []) : [], states.get(state.entityId) ?? state),
      ]),
    ),
    devices: new Map(),
    areas: new Map(),
    floors: new Map(),
    labels: new Map(),
    registryRevision: 1,
    stateRevision: 1,
  });
  return {
    clock: systemClock,
    home: async () => home(),
    loadAliases: async () => {
      withAliases = true;
    },
    config: async () => ({
      version: '2026.11.0',
      locationName: 'Home',
      timeZone: 'Europe/Berlin',
      state: 'RUNNING',
      temperatureUnit: '°C',
      components: [],
      isAdmin: true,
      userName: 'Test',
    }),
    services: async () => [],
    callService: unexpected('callService'),
    checkCalls: async () => undefined,
    requireAskable: () => undefined,
    setState: unexpected('setState'),
    stateOf: (entityId) => states.get(entityId),
    onStateChange: (ids, listener) => {
      const one = { ids, listener };
      listening.add(one);
      return () => listening.delete(one);
    },
    polled: async () => new Set(),
    waitForEvent: unexpected('waitForEvent'),
    history: async () => new Map(),
    statistics: async () => new Map(),
    logbook: async () => [],
    renderTemplate: unexpected('renderTemplate'),
    image: unexpected('image'),
    calendarEvents: async () => [],
    editCalendarEvent: unexpected('editCalendarEvent'),
    flows: unexpectedFacet('flows'),
    system: unexpectedFacet('system'),
    raw: unexpectedFacet('raw'),
    registries: {
      read: unexpected('registries.read'),
      list: unexpected('registries.list'),
      create: unexpected('registries.create'),
      update: unexpected('registries.update'),
      remove: unexpected('registries.remove'),
    },
    objects: {
      list: async () => [],
      read: unexpected('objects.read'),
      validate: async () => [],
      newSecurityActs: async () => [],
      forbids: async () => undefined,
      write: unexpected('objects.write'),
      remove: unexpected('objects.remove'),
      lostByRemoval: async () => [],
      references: async () => [],
      bodies: async () => [],
      withoutBlueprint: unexpected('objects.withoutBlueprint'),
      fetchBlueprint: unexpected('objects.fetchBlueprint'),
    },
    changes: { begin: unexpected('changes.begin'), list: async () => [], get: unexpected('changes.get') },
    insight: quietInsight,
    close: async () => undefined,
    ...operations,
    change: (state) => {
      states.set(state.entityId, state);
      for (const { ids, listener } of [...listening]) if (ids.includes(state.entityId)) listener(state);
    },
    listeners: () => listening.size,
  };
};

/** The context of a call with 45 seconds to go. */
export const fakeContext = <T extends HomeOperations>(
  operations: T,
  signal: AbortSignal = new AbortController().signal,
): ToolContext<T> => ({
  operations,
  signal,
  remainingMs: () => 45_000,
  progress: () => undefined,
  writes: createRuntime().writes,
  confirm: async () => {
    throw new ToolError({ code: 'internal', what: 'no question was expected here' });
  },
});
