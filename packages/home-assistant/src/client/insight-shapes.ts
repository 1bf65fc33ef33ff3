import { isRecord, numberOf, rawTextOf, recordsIn, textOf, toRecord } from '@switchyard-mcp/core/json';
import type {
  HealthFact,
  IntegrationEntry,
  LogRecord,
  PendingSignIn,
  RecorderState,
  RepairIssue,
  Run,
  RunDomain,
  RunStep,
  RunSummary,
  StateChange,
} from '../domain/insight-operations.ts';

type Raw = Readonly<Record<string, unknown>>;

const timeOf = (value: unknown): number | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

/** Leaves out members that are undefined, so that optional stays optional. */
const present = <T>(members: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;

/** One row of trace/list, or the head of trace/get. */
export const toRunSummary = (raw: Raw): RunSummary | undefined => {
  const domain = textOf(raw, 'domain');
  const itemId = textOf(raw, 'item_id');
  const runId = textOf(raw, 'run_id');
  const timestamp = toRecord(raw['timestamp']);
  const startedAt = timeOf(timestamp['start']);
  if ((domain !== 'automation' && domain !== 'script') || itemId === undefined || runId === undefined || startedAt === undefined)
    return undefined;
  return present<RunSummary>({
    domain: domain as RunDomain,
    itemId,
    runId,
    startedAt,
    finishedAt: timeOf(timestamp['finish']),
    outcome: textOf(raw, 'script_execution') ?? textOf(raw, 'state') ?? 'unknown',
    trigger: textOf(raw, 'trigger'),
    lastStep: textOf(raw, 'last_step'),
    error: textOf(raw, 'error'),
  });
};

const toChild = (raw: unknown): RunStep['child'] => {
  if (!isRecord(raw)) return undefined;
  const [domain, itemId, runId] = [textOf(raw, 'domain'), textOf(raw, 'item_id'), textOf(raw, 'run_id')];
  return domain === undefined || itemId === undefined || runId === undefined ? undefined : { domain, itemId, runId };
};

const toStep = (path: string, raw: Raw): RunStep =>
  present<RunStep>({
    path: textOf(raw, 'path') ?? path,
    at: timeOf(raw['timestamp']) ?? 0,
    changedVariables: isRecord(raw['changed_variables']) ? raw['changed_variables'] : undefined,
    result: isRecord(raw['result']) ? raw['result'] : undefined,
    error: textOf(raw, 'error'),
    child: toChild(raw['child_id']),
  });

/** The answer of trace/get. Steps come in the order of the answer, which is that of their first visit. */
export const toRun = (raw: Raw): Run | undefined => {
  const summary = toRunSummary(raw);
  if (summary === undefined) return undefined;
  const trace = toRecord(raw['trace']);
  const steps = Object.entries(trace).flatMap(([path, visits]) => recordsIn(visits).map((visit) => toStep(path, visit)));
  return {
    ...summary,
    steps,
    body: toRecord(raw['config']),
  };
};

/** One entry of the logbook as a change; the name of its user is looked up by id. */
export const toChange = (raw: Raw, userNames: ReadonlyMap<string, string>): StateChange | undefined => {
  const when = numberOf(raw, 'when');
  if (when === undefined) return undefined;
  const [domain, service] = [textOf(raw, 'context_domain'), textOf(raw, 'context_service')];
  return present<StateChange>({
    at: when * 1000,
    state: rawTextOf(raw, 'state'),
    message: textOf(raw, 'message'),
    userName: userNames.get(textOf(raw, 'context_user_id') ?? ''),
    causeId: textOf(raw, 'context_entity_id'),
    causeName: textOf(raw, 'context_entity_id_name') ?? textOf(raw, 'context_name'),
    service: service === undefined ? undefined : `${domain ?? ''}.${service}`,
    source: textOf(raw, 'context_source') ?? textOf(raw, 'source'),
    event: textOf(raw, 'context_event_type'),
  });
};

const lastLine = (text: string | undefined): string | undefined => text?.trim().split('\n').at(-1)?.trim() || undefined;

/** One entry of system_log/list. */
export const toLogRecord = (raw: Raw): LogRecord | undefined => {
  const logger = textOf(raw, 'name');
  const messages = Array.isArray(raw['message']) ? raw['message'] : [raw['message']];
  const texts = messages.filter((text): text is string => typeof text === 'string');
  if (logger === undefined || texts.length === 0) return undefined;
  const lastAt = (numberOf(raw, 'timestamp') ?? 0) * 1000;
  return present<LogRecord>({
    logger,
    level: textOf(raw, 'level') ?? 'WARNING',
    messages: texts,
    count: numberOf(raw, 'count') ?? 1,
    firstAt: (numberOf(raw, 'first_occurred') ?? lastAt / 1000) * 1000,
    lastAt,
    exception: lastLine(textOf(raw, 'exception')),
  });
};

export const toRepairIssue = (raw: Raw): RepairIssue | undefined => {
  const [raisedBy, issueId] = [textOf(raw, 'domain'), textOf(raw, 'issue_id')];
  if (raisedBy === undefined || issueId === undefined) return undefined;
  return present<RepairIssue>({
    domain: textOf(raw, 'issue_domain') ?? raisedBy,
    raisedBy,
    issueId,
    severity: textOf(raw, 'severity') ?? 'warning',
    ignored: raw['ignored'] === true,
    fixable: raw['is_fixable'] === true,
    key: textOf(raw, 'translation_key'),
    breaksIn: textOf(raw, 'breaks_in_ha_version'),
    placeholders: toRecord(raw['translation_placeholders']),
  });
};

export const toIntegrationEntry = (raw: Raw): IntegrationEntry | undefined => {
  const [entryId, domain] = [textOf(raw, 'entry_id'), textOf(raw, 'domain')];
  if (entryId === undefined || domain === undefined) return undefined;
  return present<IntegrationEntry>({
    entryId,
    domain,
    title: textOf(raw, 'title') ?? domain,
    state: textOf(raw, 'state') ?? 'unknown',
    reason: textOf(raw, 'reason'),
    disabled: textOf(raw, 'disabled_by') !== undefined,
    source: textOf(raw, 'source') ?? '',
  });
};

/** Of the flows in progress, those that wait for a new sign-in. */
export const toPendingSignIn = (raw: Raw): PendingSignIn | undefined => {
  const context = toRecord(raw['context']);
  const domain = textOf(raw, 'handler');
  if (domain === undefined || context['source'] !== 'reauth') return undefined;
  const placeholders = toRecord(context['title_placeholders']);
  return present<PendingSignIn>({ domain, title: textOf(placeholders, 'name'), entryId: textOf(context, 'entry_id') });
};

export const toRecorderState = (raw: Raw): RecorderState => ({
  recording: raw['recording'] === true,
  running: raw['thread_running'] === true,
  migrating: raw['migration_in_progress'] === true,
  backlog: numberOf(raw, 'backlog') ?? 0,
  maxBacklog: numberOf(raw, 'max_backlog') ?? 0,
});

/** One fact; undefined while Core still looks. */
export const toHealthFact = (domain: string, key: string, value: unknown): HealthFact | undefined => {
  if (!isRecord(value)) return { domain, key, value, failed: false };
  if (value['type'] === 'pending') return undefined;
  if (value['type'] === 'failed') return { domain, key, value: textOf(value, 'error') ?? 'failed', failed: true };
  return { domain, key, value: value['value'] ?? null, failed: false };
};
