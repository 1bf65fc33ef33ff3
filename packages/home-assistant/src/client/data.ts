import { isRecord, numberOf, rawTextOf, recordsIn, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { HistoryPoint, HomeConfig, LogbookEntry, StatisticPoint } from '../domain/model.ts';
import type { StatisticPeriod } from '../domain/operations.ts';
import type { Span } from '../domain/span.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

const iso = (ms: number): string => new Date(ms).toISOString();
const spanOf = (span: Span): Raw => ({ start_time: iso(span.startMs), end_time: iso(span.endMs) });

/** Version, place and user of the home. */
export const readConfig = async (socket: HomeSocket, signal: AbortSignal): Promise<HomeConfig> => {
  const [config, user] = await Promise.all([
    socket.command({ type: 'get_config' }, { signal, doing: 'Reading the configuration' }),
    socket.command({ type: 'auth/current_user' }, { signal, doing: 'Reading the user' }),
  ]);
  const raw = toRecord(config);
  const units = toRecord(raw['unit_system']);
  const who = toRecord(user);
  return {
    version: textOf(raw, 'version') ?? 'unknown',
    locationName: textOf(raw, 'location_name') ?? '',
    timeZone: textOf(raw, 'time_zone') ?? 'UTC',
    state: textOf(raw, 'state') ?? 'unknown',
    temperatureUnit: textOf(units, 'temperature') ?? '°C',
    components: textsOf(raw, 'components'),
    isAdmin: who['is_admin'] === true,
    userName: textOf(who, 'name') ?? '',
  };
};

/** A state keeps its time while only attributes change, so without attributes the time of the state counts. */
const toPoint = (raw: Raw, withAttributes: boolean): HistoryPoint | undefined => {
  const updated = numberOf(raw, 'lu');
  const at = withAttributes ? updated : (numberOf(raw, 'lc') ?? updated);
  const state = rawTextOf(raw, 's');
  if (at === undefined || state === undefined) return undefined;
  return { atMs: at * 1000, state, ...(withAttributes && isRecord(raw['a']) ? { attributes: raw['a'] } : {}) };
};

/** States of entities over a span. Entities without any are absent. */
export const readHistory = async (
  socket: HomeSocket,
  entityIds: readonly string[],
  span: Span,
  signal: AbortSignal,
  withAttributes: boolean,
): Promise<ReadonlyMap<string, readonly HistoryPoint[]>> => {
  const asked = {
    ...spanOf(span),
    entity_ids: entityIds,
    minimal_response: !withAttributes,
    no_attributes: !withAttributes,
    significant_changes_only: false,
  };
  const answer = await socket.command(
    { type: 'history/history_during_period', ...asked },
    { signal, doing: 'Reading the history', timeoutMs: 30_000 },
  );
  const history = new Map<string, readonly HistoryPoint[]>();
  for (const [entityId, rows] of Object.entries(toRecord(answer)))
    history.set(
      entityId,
      recordsIn(rows).flatMap((row) => toPoint(row, withAttributes) ?? []),
    );
  return history;
};

const toStatistic = (raw: Raw): StatisticPoint | undefined => {
  const startMs = numberOf(raw, 'start');
  const endMs = numberOf(raw, 'end');
  if (startMs === undefined || endMs === undefined) return undefined;
  const kinds = ['mean', 'min', 'max', 'sum', 'change', 'state'] as const;
  const values = kinds.flatMap((kind) => {
    const value = numberOf(raw, kind);
    return value === undefined ? [] : [[kind, value] as const];
  });
  return { startMs, endMs, ...Object.fromEntries(values) };
};

/** Long-term statistics. Series that do not exist are absent. */
export const readStatistics = async (
  socket: HomeSocket,
  statisticIds: readonly string[],
  span: Span,
  period: StatisticPeriod,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly StatisticPoint[]>> => {
  const asked = { ...spanOf(span), statistic_ids: statisticIds, period, types: ['mean', 'min', 'max', 'sum', 'change', 'state'] };
  const answer = await socket.command(
    { type: 'recorder/statistics_during_period', ...asked },
    { signal, doing: 'Reading the statistics', timeoutMs: 30_000 },
  );
  const statistics = new Map<string, readonly StatisticPoint[]>();
  for (const [id, rows] of Object.entries(toRecord(answer)))
    statistics.set(
      id,
      recordsIn(rows).flatMap((row) => toStatistic(row) ?? []),
    );
  return statistics;
};

/** What the logbook shows of what is behind an entry: the automation or script, else the person, else the service. */
const causeOf = (
  raw: Raw,
  { visible, mentionsHidden }: { visible(id: string): boolean; mentionsHidden(value: unknown): boolean },
  userNames: ReadonlyMap<string, string>,
): string | undefined => {
  const cause = textOf(raw, 'context_entity_id');
  if (cause !== undefined && !visible(cause)) return undefined;
  const named = textOf(raw, 'context_entity_id_name') ?? textOf(raw, 'context_name');
  if (named !== undefined) return named;
  const [domain, service] = [textOf(raw, 'context_domain'), textOf(raw, 'context_service')];
  const called = domain === undefined || service === undefined ? undefined : `${domain}.${service}`;
  // A script is called by its own id.
  if (mentionsHidden(called)) return undefined;
  const user = userNames.get(textOf(raw, 'context_user_id') ?? '');
  return user !== undefined && called !== undefined ? `${user} with ${called}` : (user ?? called);
};

const toEntry = (raw: Raw, nameOf: (entityId: string) => string | undefined, causeName: string | undefined): LogbookEntry | undefined => {
  const when = numberOf(raw, 'when');
  if (when === undefined) return undefined;
  const entityId = textOf(raw, 'entity_id');
  const message = textOf(raw, 'message');
  const state = rawTextOf(raw, 'state');
  const domain = textOf(raw, 'domain') ?? entityId?.split('.')[0];
  return {
    atMs: when * 1000,
    name: textOf(raw, 'name') ?? (entityId === undefined ? undefined : nameOf(entityId)) ?? entityId ?? domain ?? 'unknown',
    ...(message === undefined ? {} : { message }),
    ...(state === undefined ? {} : { state }),
    ...(entityId === undefined ? {} : { entityId }),
    ...(domain === undefined ? {} : { domain }),
    ...(causeName === undefined ? {} : { causeName }),
  };
};

/** The logbook. With lists in force, entries of hidden entities and of no entity at all are left out. */
export const readLogbook = async (
  socket: HomeSocket,
  span: Span,
  entityIds: readonly string[] | undefined,
  signal: AbortSignal,
  filter: {
    readonly restricted: boolean;
    visible(id: string): boolean;
    nameOf(entityId: string): string | undefined;
    userNames(): Promise<ReadonlyMap<string, string>>;
    mentionsHidden(value: unknown): boolean;
  },
): Promise<readonly LogbookEntry[]> => {
  const asked = { ...spanOf(span), ...(entityIds === undefined ? {} : { entity_ids: entityIds }) };
  const answer = await socket.command(
    { type: 'logbook/get_events', ...asked },
    { signal, doing: 'Reading the logbook', timeoutMs: 30_000 },
  );
  const shown = recordsIn(answer).filter((raw) => {
    const entityId = textOf(raw, 'entity_id');
    return !filter.restricted || (entityId !== undefined && filter.visible(entityId));
  });
  const byPerson = shown.some((raw) => raw['context_user_id'] !== undefined && raw['context_user_id'] !== null);
  const userNames = byPerson ? await filter.userNames() : new Map<string, string>();
  return shown.flatMap((raw) => {
    const entry = toEntry(raw, filter.nameOf, causeOf(raw, filter, userNames));
    if (entry === undefined) return [];
    const { message, ...rest } = entry;
    return message !== undefined && filter.mentionsHidden(message) ? [rest] : [entry];
  });
};
