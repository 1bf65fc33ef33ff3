import type { Approval, Clock } from '@switchyard-mcp/core';
import type { homeAssistantLevels } from '../config.ts';
import type { ChangeJournal } from './change-journal.ts';
import type { FlowOperations } from './flow-operations.ts';
import type { InsightOperations } from './insight-operations.ts';
import type {
  CalendarEdit,
  CalendarEvent,
  EntityState,
  HistoryPoint,
  Home,
  HomeConfig,
  LogbookEntry,
  Service,
  ServiceCall,
  ServiceOutcome,
  StateOverwrite,
  StatisticPoint,
} from './model.ts';
import type { ObjectOperations } from './object-operations.ts';
import type { RawOperations } from './raw-operations.ts';
import type { RegistryOperations } from './registry-operations.ts';
import type { Span } from './span.ts';
import type { SystemOperations } from './system-operations.ts';

export type StatisticPeriod = '5minute' | 'hour' | 'day' | 'week' | 'month';

/** Waits for something to happen; resolves undefined when the time ran out. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called when the connection was lost and came back meanwhile: what happened in between was not seen. */
  readonly onGap?: () => void;
}

/**
 * All that tools may ask of a home. Every method obeys the level, the allow and deny lists and the security rule
 * below the tools; every failure is a ToolError. Implemented by client/, faked in tool tests.
 */
export interface HomeOperations {
  /** What every wait, age and moment goes by. */
  readonly clock: Clock;
  /** Live picture, kept up to date by subscription; connects on first use. */
  home(signal: AbortSignal): Promise<Home>;
  /** Voice aliases of entities are fetched lazily and cached; afterwards `home()` carries them. */
  loadAliases(signal: AbortSignal): Promise<void>;
  config(signal: AbortSignal): Promise<HomeConfig>;
  services(signal: AbortSignal): Promise<readonly Service[]>;

  /** Calls a service once; never retried. Throws timeout with sideEffects "unknown" when no answer came. */
  callService(
    call: ServiceCall,
    options: { readonly approval?: Approval; readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<ServiceOutcome>;
  /** Refuses calls that would be refused whoever agreed to them, so that nobody is asked for nothing. Nothing is sent. */
  checkCalls(calls: readonly ServiceCall[], signal: AbortSignal): Promise<void>;
  /** The same for an act that is no call. `doing` is a sentence's beginning: "Restarting Home Assistant". */
  requireAskable(level: (typeof homeAssistantLevels)[number], doing: string): void;
  /** Overwrites the state machine's value only; no device is touched. @throws confirmation_required where locks and alarms may hang on it. */
  setState(
    overwrite: StateOverwrite,
    options: { readonly approval?: Approval | undefined; readonly signal: AbortSignal },
  ): Promise<'created' | 'updated'>;
  /** Current state from the live cache. */
  stateOf(entityId: string): EntityState | undefined;
  /** Calls back on every change of these entities until the returned function is called. */
  onStateChange(entityIds: readonly string[], listener: (state: EntityState) => void): () => void;
  /** Those of these entities whose integration only asks its devices now and then: their state may come late. */
  polled(entityIds: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** First event of a type whose data has all the given values. */
  waitForEvent(
    eventType: string,
    match: Readonly<Record<string, unknown>>,
    options: WaitOptions,
  ): Promise<Readonly<Record<string, unknown>> | undefined>;

  history(
    entityIds: readonly string[],
    span: Span,
    signal: AbortSignal,
    withAttributes?: boolean,
  ): Promise<ReadonlyMap<string, readonly HistoryPoint[]>>;
  statistics(
    statisticIds: readonly string[],
    span: Span,
    period: StatisticPeriod,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly StatisticPoint[]>>;
  logbook(span: Span, entityIds: readonly string[] | undefined, signal: AbortSignal): Promise<readonly LogbookEntry[]>;
  /** Refused when its listeners reach what the allow and deny lists hide. */
  renderTemplate(template: string, variables: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<unknown>;
  /** Camera or image entity. */
  image(entityId: string, signal: AbortSignal): Promise<{ readonly mimeType: string; readonly bytes: Uint8Array }>;
  calendarEvents(entityId: string, span: Span, signal: AbortSignal): Promise<readonly CalendarEvent[]>;
  /** Changes or, with an approval, deletes one event; never retried. */
  editCalendarEvent(
    entityId: string,
    edit: CalendarEdit,
    options: { readonly approval?: Approval; readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<void>;
  readonly flows: FlowOperations;
  readonly system: SystemOperations;
  readonly raw: RawOperations;
  /** Automations, scripts, scenes, helpers, dashboards… as bodies that can be read, edited and removed. */
  readonly objects: ObjectOperations;
  /** What was changed through this server, and how it was before. */
  readonly changes: ChangeJournal;
  /** Why things happened, and how the home is. */
  readonly insight: InsightOperations;
  /** Names, places, labels and the like of entities and devices, and the places and labels themselves. */
  readonly registries: RegistryOperations;
  close(): Promise<void>;
}
