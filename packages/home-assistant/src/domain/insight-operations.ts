import type { Span } from './span.ts';

/** Automations and scripts leave traces; nothing else does. */
export type RunDomain = 'automation' | 'script';

/** One run as the list of traces tells it. Core keeps the last five of each object. */
export interface RunSummary {
  readonly domain: RunDomain;
  /** Id of the automation, object id of the script. */
  readonly itemId: string;
  readonly runId: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  /** Core's word: finished, failed_conditions, failed_single, failed_max_runs, aborted, error, cancelled; "running" before the end. */
  readonly outcome: string;
  /** Core's own words, such as "state of light.hall". */
  readonly trigger?: string;
  readonly lastStep?: string;
  readonly error?: string;
}

/** What happened at one place of a body. */
export interface RunStep {
  /** Such as condition/0/conditions/1/entity_id/0 or action/2/choose/0/sequence/0. */
  readonly path: string;
  readonly at: number;
  readonly changedVariables?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  /** The script that this step started. */
  readonly child?: { readonly domain: string; readonly itemId: string; readonly runId: string };
}

/** One run whole, in the order in which it went. */
export interface Run extends RunSummary {
  readonly steps: readonly RunStep[];
  /** The body as it was at that time. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Who called it, when no trigger did: a person's name, or the automation or script by its item id. */
  readonly calledBy?: string;
}

/** One change of an entity and what is known of its cause. */
export interface StateChange {
  readonly at: number;
  readonly state?: string;
  readonly message?: string;
  /** Name of the person who did it, when it was one. */
  readonly userName?: string;
  /** The automation, script or other entity behind it. */
  readonly causeId?: string;
  readonly causeName?: string;
  /** Such as light.turn_on, when a call was the cause. */
  readonly service?: string;
  /** What Core says of the cause's own trigger: "state of binary_sensor.motion". */
  readonly source?: string;
  readonly event?: string;
}

/** What one place in the code has logged. */
export interface LogRecord {
  readonly logger: string;
  readonly level: string;
  /** The last few different texts, newest last. */
  readonly messages: readonly string[];
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Last line of the exception, if there was one. */
  readonly exception?: string;
}

export interface RepairIssue {
  /** The integration that it is about. */
  readonly domain: string;
  /** The integration that raised it, and whose words say what it is. */
  readonly raisedBy: string;
  readonly issueId: string;
  readonly severity: string;
  readonly ignored: boolean;
  readonly fixable: boolean;
  readonly key?: string;
  /** What a person reads in the list of repairs, when Core has the words. */
  readonly title?: string;
  readonly breaksIn?: string;
  readonly placeholders: Readonly<Record<string, unknown>>;
}

/** A config entry. */
export interface IntegrationEntry {
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
  /** Core's word: loaded, setup_error, setup_retry, migration_error, failed_unload, not_loaded, setup_in_progress. */
  readonly state: string;
  readonly reason?: string;
  readonly disabled: boolean;
  readonly source: string;
}

/** An integration that waits for somebody to sign in again. */
export interface PendingSignIn {
  readonly domain: string;
  readonly title?: string;
  readonly entryId?: string;
}

export interface ConfigCheck {
  readonly valid: boolean;
  readonly errors?: string;
  readonly warnings?: string;
}

export interface RecorderState {
  readonly recording: boolean;
  readonly running: boolean;
  readonly migrating: boolean;
  readonly backlog: number;
  readonly maxBacklog: number;
}

/** One fact of system health; `failed` when Core could not reach or read it. */
export interface HealthFact {
  readonly domain: string;
  readonly key: string;
  readonly value: unknown;
  readonly failed: boolean;
}

/** What is known about how a home works and why something happened. All of it reads only; most of it needs an administrator's token. */
export interface InsightOperations {
  /** Runs that Core remembers, newest first; of one object, or of all of a domain. */
  runs(domain: RunDomain, itemId: string | undefined, signal: AbortSignal): Promise<readonly RunSummary[]>;
  /** @throws ToolError not_found when Core has forgotten it. */
  run(run: Pick<RunSummary, 'domain' | 'itemId' | 'runId'>, signal: AbortSignal): Promise<Run>;
  /** An automation's or script's body as Core runs it, those of YAML files and blueprints included. @throws ToolError not_found */
  runningBody(entityId: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  /** Evaluates a condition now. @throws ToolError invalid_input with Core's reason when it cannot be evaluated. */
  testCondition(condition: unknown, signal: AbortSignal): Promise<boolean>;
  /** Changes of an entity with their causes, oldest first. */
  changes(entityId: string, span: Span, signal: AbortSignal): Promise<readonly StateChange[]>;
  logs(signal: AbortSignal): Promise<readonly LogRecord[]>;
  repairs(signal: AbortSignal): Promise<readonly RepairIssue[]>;
  integrations(signal: AbortSignal): Promise<readonly IntegrationEntry[]>;
  pendingSignIns(signal: AbortSignal): Promise<readonly PendingSignIn[]>;
  checkConfig(signal: AbortSignal): Promise<ConfigCheck>;
  recorder(signal: AbortSignal): Promise<RecorderState>;
  health(signal: AbortSignal): Promise<readonly HealthFact[]>;
}
