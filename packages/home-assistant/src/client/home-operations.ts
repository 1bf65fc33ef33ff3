import { type Approval, allows, type Runtime, refuse, type SettingsOf } from '@switchyard-mcp/core';
import { isRecord, textOf, toRecord } from '@switchyard-mcp/core/json';
import { type HomeAssistantSettings, homeAssistantLevels } from '../config.ts';
import type { Home, Service, ServiceCall, ServiceOutcome } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { levelOfService } from '../domain/service-levels.ts';
import type { SystemOperations } from '../domain/system-operations.ts';
import { baseAddress } from './address.ts';
import { editCalendarEvent } from './calendar.ts';
import { type Connection, createConnection } from './connection.ts';
import { readConfig, readHistory, readLogbook, readStatistics } from './data.ts';
import { readsRegistries, templatesIn } from './data-templates.ts';
import { createEventWatch } from './events.ts';
import type { Facet } from './facet.ts';
import { beforeAsking, createGuard, type Guard, plainScriptServices, refuseHiddenReads, refuseTokenReads } from './guard.ts';
import { lazyFacet } from './lazy-facet.ts';
import { renderTemplate, waitForEvent } from './live.ts';
import { createLazyObjects } from './objects/lazy-objects.ts';
import { asksForTokens, deepWithoutTokens } from './picture-tokens.ts';
import { createPolicy, type Policy } from './policy.ts';
import { createRegistryGuard } from './registry-guard.ts';
import { createRegistryOperations } from './registry-operations.ts';
import { createStateCache } from './state-cache.ts';
import { readUserNames } from './user-names.ts';

/** The policy that settings and level ask for. */
const policyOf = (settings: SettingsOf<HomeAssistantSettings>, level: string): Policy =>
  createPolicy({ allow: settings.allow, deny: settings.deny, security: settings.security, level });

const outcomeOf = (answer: unknown, guard: Guard): ServiceOutcome => {
  const raw = toRecord(answer);
  const context = toRecord(raw['context']);
  const response = raw['response'];
  const shown = response !== undefined && response !== null && !guard.mentionsHidden(response);
  return { contextId: textOf(context, 'id') ?? '', ...(shown ? { response: deepWithoutTokens(response) } : {}) };
};

/** With the level it takes, where the one in force is too low. */
const withLevel = (service: Service, inForce: string): Service => {
  const needed = levelOfService(service.domain, service.service);
  const allowed = allows(homeAssistantLevels, inForce, needed);
  // Acting at all is beyond "read": nothing has to say so of each.
  return allowed || needed === 'control' ? service : { ...service, needsLevel: needed };
};

const callMessage = (call: ServiceCall): Readonly<Record<string, unknown>> => ({
  type: 'call_service',
  domain: call.domain,
  service: call.service,
  service_data: call.data,
  ...(call.entityIds.length === 0 ? {} : { target: { entity_id: call.entityIds } }),
  ...(call.returnResponse ? { return_response: true } : {}),
});

/** Operations on a real Home Assistant. Nothing is sent before the first call. */
export const createHomeOperations = (
  settings: SettingsOf<HomeAssistantSettings>,
  runtime: Runtime,
  policy: Policy = policyOf(settings, runtime.level),
): HomeOperations => {
  const { clock, secrets } = runtime;
  if (settings.token) secrets.keep(settings.token);
  const cache = createStateCache(policy.visible);
  let connecting: Promise<Connection> | undefined;
  let connection: Connection | undefined;
  let closed = false;

  const connect = async (): Promise<Connection> => {
    if (closed) throw refuse('cancelled', 'The server is shutting down.');
    connecting ??= createConnection(settings, runtime, policy, cache).catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    connection = await connecting;
    return connection;
  };

  const registered = (entityId: string): boolean => connection?.registries.data.entity.has(entityId) ?? false;
  const guard = createGuard(policy, {
    accepts: runtime.approvals.accepts,
    stateOf: (entityId) => cache.states.get(entityId),
    exists: (entityId) => policy.visible(entityId) && (cache.states.has(entityId) || registered(entityId)),
    isHidden: (entityId) => !policy.visible(entityId) && (cache.hidden.has(entityId) || registered(entityId)),
    hasHiddenMembers: (entityId) => cache.withHiddenMembers.has(entityId),
  });

  const homeAnd = async (signal: AbortSignal): Promise<{ there: Connection; home: Home }> => {
    const there = await connect();
    return { there, home: await there.home(signal) };
  };
  /** Only the picture makes hidden ids known, so with lists in force it comes first. */
  const ready = async (signal: AbortSignal): Promise<Connection> => {
    if (policy.restricted) return (await homeAnd(signal)).there;
    const there = await connect();
    await there.socket.ready(signal);
    return there;
  };

  /** Renders a template that reaches nothing hidden. @throws ToolError permission_denied when it does. */
  const visibleTemplate = async (
    there: Connection,
    template: string,
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> => {
    if (guard.mentionsHidden(template) || guard.mentionsHidden(variables)) throw refuseHiddenReads();
    if (asksForTokens(template)) throw refuseTokenReads();
    if (policy.restricted && readsRegistries(template)) throw refuseHiddenReads();
    const { result, listeners } = await renderTemplate(there.socket, template, variables, { signal, clock });
    if (!policy.restricted) return deepWithoutTokens(result);
    const { all, domains, entities } = listeners;
    const reaches =
      all || entities.some((id) => !policy.visible(id)) || [...cache.hidden].some((id) => domains.includes(id.split('.')[0] ?? ''));
    if (reaches || guard.mentionsHidden(result)) throw refuseHiddenReads();
    return deepWithoutTokens(result);
  };
  const facet: Facet = { ready, guard, policy, runtime, clock, stateOf: (entityId) => cache.states.get(entityId) };
  const onEvents = createEventWatch(facet);

  const checkCall = async (call: ServiceCall, there: Connection, { approval, signal }: { approval?: Approval; signal: AbortSignal }) => {
    const findService = async (): Promise<Service | undefined> =>
      (await there.services(signal)).find((service) => service.domain === call.domain && service.service === call.service);
    await guard.checkCall(call, approval, findService);
  };

  const callService: HomeOperations['callService'] = async (call, { approval, signal, timeoutMs }) => {
    guard.requireCallLevel(call);
    const { there } = await homeAnd(signal);
    await checkCall(call, there, { signal, ...(approval === undefined ? {} : { approval }) });
    if (policy.restricted) for (const template of templatesIn(call.data)) await visibleTemplate(there, template, {}, signal);
    const answer = await there.socket.command(callMessage(call), {
      signal,
      timeoutMs,
      write: true,
      doing: `Calling ${call.domain}.${call.service}`,
    });
    return outcomeOf(answer, guard);
  };

  const base = baseAddress(settings.url ?? '') ?? '';
  const stateOf = (entityId: string) => cache.states.get(entityId);
  const registryGuard = createRegistryGuard({ guard, policy, stateOf, data: () => connection?.registries.data });
  const { objects, changes } = createLazyObjects({ policy, guard, runtime, registryGuard, connect: homeAnd, stateOf }, base);

  const registries = createRegistryOperations({
    // Reading the whole picture again after each of many writes would take minutes; once seen, the hidden ids are known.
    connect: async (signal) => {
      if (connection?.registries.revision) await connection.socket.ready(signal);
      return connection?.registries.revision ? connection : (await homeAnd(signal)).there;
    },
    guard: registryGuard,
    journal: () => changes,
    writes: runtime.writes,
  });

  return {
    clock,
    objects,
    changes,
    registries,
    home: async (signal) => (await homeAnd(signal)).home,
    loadAliases: async (signal) => {
      const { there } = await homeAnd(signal);
      await there.registries.loadAliases(signal);
    },
    config: async (signal) => readConfig((await connect()).socket, signal),
    services: async (signal) => {
      const list = (await (await connect()).services(signal)).map((service) => withLevel(service, policy.level));
      // Every script is a service of its own name.
      return policy.restricted
        ? list.filter(
            ({ domain, service }) => domain !== 'script' || plainScriptServices.has(service) || policy.visible(`script.${service}`),
          )
        : list;
    },
    callService,
    checkCalls: async (calls, signal) => {
      const { there } = await homeAnd(signal);
      for (const call of calls) await beforeAsking(() => checkCall(call, there, { signal }));
    },
    requireAskable: guard.requireAskable,
    setState: async ({ entityId, state, attributes }, { approval, signal }) => {
      guard.requireLevel('admin', `Setting the state of ${entityId}`);
      const { there } = await homeAnd(signal);
      if (!policy.visible(entityId) || guard.mentionsHidden(attributes))
        throw refuse('permission_denied', `${entityId} may not be set.`, { why: 'It is outside the entities this server may use.' });
      guard.checkOverwrite(entityId, attributes, approval);
      return there.rest().setState(entityId, state, attributes, signal);
    },
    stateOf: (entityId) => cache.states.get(entityId),
    onStateChange: (entityIds, listener) => cache.listen(entityIds, listener),
    polled: async (entityIds, signal) => {
      const there = await ready(signal);
      const late = new Set<string>();
      for (const id of entityIds) {
        const platform = there.registries.data.entity.get(id)?.platform;
        if (platform !== undefined && (await there.polls(platform, signal))) late.add(id);
      }
      return late;
    },
    waitForEvent: async (eventType, match, options) => {
      const there = await ready(options.signal);
      const data = await waitForEvent(there.socket, eventType, match, (seen) => !guard.mentionsHidden(seen), { ...options, clock });
      const clean = deepWithoutTokens(data);
      return isRecord(clean) ? clean : undefined;
    },
    history: async (entityIds, span, signal, withAttributes = false) => {
      const there = await ready(signal);
      const visible = entityIds.filter(policy.visible);
      if (visible.length === 0) return new Map();
      return readHistory(there.socket, visible, span, signal, withAttributes);
    },
    statistics: async (statisticIds, span, period, signal) => {
      const there = await ready(signal);
      const visible = statisticIds.filter(policy.visible);
      if (visible.length === 0) return new Map();
      return readStatistics(there.socket, visible, span, period, signal);
    },
    logbook: async (span, entityIds, signal) => {
      const { there, home } = await homeAnd(signal);
      const visible = entityIds?.filter(policy.visible);
      if (visible !== undefined && visible.length === 0) return [];
      return readLogbook(there.socket, span, visible, signal, {
        restricted: policy.restricted,
        visible: policy.visible,
        nameOf: (entityId) => home.entities.get(entityId)?.name,
        userNames: () => readUserNames(there.socket, home, signal),
        mentionsHidden: guard.mentionsHidden,
      });
    },
    renderTemplate: async (template, variables, signal) => {
      const there = await ready(signal);
      return visibleTemplate(there, template, variables, signal);
    },
    image: async (entityId, signal) => {
      const { there } = await homeAnd(signal);
      guard.requireEntity(entityId);
      return there.rest().image(entityId, signal);
    },
    calendarEvents: async (entityId, span, signal) => {
      const { there } = await homeAnd(signal);
      guard.requireEntity(entityId);
      return there.rest().calendarEvents(entityId, span, signal);
    },
    editCalendarEvent: async (entityId, edit, { approval, signal, timeoutMs }) => {
      guard.requireLevel('control', `Changing events of ${entityId}`);
      const { there } = await homeAnd(signal);
      guard.requireEntity(entityId);
      guard.checkEvent(edit, approval);
      await editCalendarEvent(there.socket, entityId, edit, { signal, timeoutMs });
    },
    insight: lazyFacet(async () => (await import('./insight.ts')).createInsight({ policy, guard, homeAnd, clock })),
    flows: lazyFacet(async () => (await import('./flows.ts')).createFlowOperations(facet)),
    system: lazyFacet(
      async (): Promise<SystemOperations> => ({ ...(await import('./system.ts')).createSystemOperations(facet), onEvents }),
      { onEvents },
    ),
    raw: lazyFacet(async () => (await import('./raw.ts')).createRawOperations(facet, settings.raw === true)),
    close: async () => {
      closed = true;
      await connection?.close();
    },
  };
};
