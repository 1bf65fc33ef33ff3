import type { Clock } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf, textsOf } from '@switchyard-mcp/core/json';
import { withCalendarEdits } from '../domain/calendar-services.ts';
import type { Service, ServiceField } from '../domain/model.ts';
import { isRefusal } from './registries.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

const toField = (name: string, raw: Raw): ServiceField => {
  const description = textOf(raw, 'description');
  return {
    name,
    required: raw['required'] === true,
    ...(description === undefined ? {} : { description }),
    ...(raw['example'] === undefined || raw['example'] === null ? {} : { example: raw['example'] }),
    ...(isRecord(raw['selector']) ? { selector: raw['selector'] } : {}),
  };
};

/** Fields may lie in collapsed sections; those are opened. */
const toFields = (raw: unknown): readonly ServiceField[] => {
  if (!isRecord(raw)) return [];
  return Object.entries(raw).flatMap(([name, field]) => {
    if (!isRecord(field)) return [];
    return isRecord(field['fields']) ? toFields(field['fields']) : [toField(name, field)];
  });
};

const targetDomains = (target: Raw): readonly string[] => {
  const entity = target['entity'];
  const filters = Array.isArray(entity) ? recordsIn(entity) : isRecord(entity) ? [entity] : [];
  return [...new Set(filters.flatMap((filter) => (typeof filter['domain'] === 'string' ? [filter['domain']] : textsOf(filter, 'domain'))))];
};

const responseOf = (raw: unknown): Service['response'] => {
  if (!isRecord(raw)) return 'none';
  return raw['optional'] === false ? 'only' : 'optional';
};

const toService = (domain: string, service: string, raw: Raw): Service => {
  const name = textOf(raw, 'name');
  const description = textOf(raw, 'description');
  return {
    domain,
    service,
    ...(name ? { name } : {}),
    ...(description ? { description } : {}),
    fields: toFields(raw['fields']),
    ...(isRecord(raw['target']) ? { target: { domains: targetDomains(raw['target']) } } : {}),
    response: responseOf(raw['response']),
  };
};

/** Reads the answer of get_services. */
export const parseServices = (answer: unknown): readonly Service[] => {
  if (!isRecord(answer)) return [];
  return Object.entries(answer).flatMap(([domain, services]) =>
    isRecord(services)
      ? Object.entries(services).flatMap(([service, raw]) => (isRecord(raw) ? [toService(domain, service, raw)] : []))
      : [],
  );
};

/** How long a list is used when its changes cannot be watched. */
const unwatchedMs = 60_000;

/** Services, read once and again after one was added or removed. */
export const createServiceList = (socket: HomeSocket, clock: Clock): ((signal: AbortSignal) => Promise<readonly Service[]>) => {
  let list: readonly Service[] | undefined;
  let readAt = 0;
  let watching = false;
  let watched = false;
  let changes = 0;
  const outdate = (): void => {
    list = undefined;
    changes += 1;
  };
  socket.onReconnect(outdate);

  const watch = async (signal: AbortSignal): Promise<void> => {
    if (watching) return;
    watching = true;
    try {
      for (const event_type of ['service_registered', 'service_removed'])
        await socket.subscribe({ type: 'subscribe_events', event_type }, outdate, {
          signal,
          doing: 'Watching the services',
          lasting: true,
        });
      watched = true;
    } catch (error) {
      // An ordinary user may not watch; the list is then read again after a while.
      if (isRefusal(error)) return;
      watching = false;
      throw error;
    }
  };

  return async (signal) => {
    if (list !== undefined && (watched || clock.monotonic() - readAt < unwatchedMs)) return list;
    await watch(signal);
    const before = changes;
    const fresh = withCalendarEdits(
      parseServices(await socket.command({ type: 'get_services' }, { signal, doing: 'Reading the services' })),
    );
    // What changed while the answer was on its way is not in it.
    if (before === changes) list = fresh;
    readAt = clock.monotonic();
    return fresh;
  };
};
