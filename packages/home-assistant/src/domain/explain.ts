import { isToolError, refuse } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import { partsOf } from './automation-body.ts';
import { type BrokenReference, brokenReferences, type Existing, existingIn } from './broken-references.ts';
import { type ConditionNow, conditionsNow, plainVariables } from './conditions-now.ts';
import type { LogRecord, Run, RunDomain, RunSummary } from './insight-operations.ts';
import type { Entity, Home } from './model.ts';
import type { HomeOperations } from './operations.ts';
import { type WrongType, wrongTypes } from './wrong-types.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What is known of an automation or script: its past runs, and what speaks for and against it now. */
export interface Explained {
  readonly entity: Entity;
  readonly domain: RunDomain;
  readonly home: Home;
  readonly existing: Existing;
  /** Absent when Core does not give it: not loaded, or no administrator's token. */
  readonly body?: Raw;
  readonly bodyProblem?: string;
  readonly runs: readonly RunSummary[];
  readonly run?: Run;
  readonly conditions: readonly ConditionNow[];
  readonly broken: readonly BrokenReference[];
  readonly wrong: readonly WrongType[];
  /** What Core logged about it, newest first. */
  readonly logged: readonly string[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

export interface ExplainOptions {
  /** First digits of a run's id; the newest run when not given. */
  readonly run?: string | undefined;
  /** Evaluate the conditions now. */
  readonly conditions: boolean;
  readonly signal: AbortSignal;
}

/** The id that traces go by; undefined for an automation of a YAML file without an id, which leaves none. */
export const itemIdOf = (entity: Entity): string | undefined => {
  const id = entity.uniqueId ?? entity.state?.attributes['id'];
  if (typeof id === 'string') return id;
  return entity.domain === 'script' ? entity.entityId.slice('script.'.length) : undefined;
};

/** A refusal is a fact to tell; anything else is a failure of the call. */
const reasonOf = (error: unknown): string => {
  if (!isToolError(error)) throw error;
  const { code, what, why } = error.fields;
  if (code === 'permission_denied' || code === 'not_found' || code === 'unsupported') return why ?? what;
  throw error;
};

const chosenRun = (runs: readonly RunSummary[], wanted: string | undefined): RunSummary | undefined => {
  if (wanted === undefined) return runs[0];
  const found = runs.filter((run) => run.runId.startsWith(wanted.trim().toLowerCase()));
  if (found.length === 1) return found[0];
  throw refuse(
    found.length === 0 ? 'not_found' : 'ambiguous',
    found.length === 0 ? `There is no run "${wanted.slice(0, 40)}".` : `"${wanted.slice(0, 40)}" begins ${found.length} runs.`,
    {
      why: 'Home Assistant keeps the last five runs and forgets them at a restart.',
      didYouMean: runs.map((run) => run.runId.slice(0, 6)),
      next: ['Leave out run for the newest.'],
    },
  );
};

const isAbout = (entity: Entity, alias: unknown): ((record: LogRecord, text: string) => boolean) => {
  const name = typeof alias === 'string' && alias !== '' ? alias : entity.name;
  return (record, text) =>
    record.logger.endsWith(`.${entity.entityId}`) ||
    new RegExp(`(?<![\\w.])${entity.entityId.replace('.', '\\.')}(?![\\w.])`).test(text) ||
    (record.logger.startsWith(`homeassistant.components.${entity.domain}`) && text.includes(`'${name}'`));
};

/** Texts of the log about one automation or script, newest first. */
const loggedAbout = (logs: readonly LogRecord[], entity: Entity, body: Raw | undefined): readonly string[] => {
  const about = isAbout(entity, body?.['alias']);
  return [...logs].sort((a, b) => b.lastAt - a.lastAt).flatMap((record) => record.messages.filter((text) => about(record, text)).slice(-1));
};

/** Everything that explains why an automation or script ran, or did not. Reads only. */
export const explainRuns = async (operations: HomeOperations, entity: Entity, options: ExplainOptions): Promise<Explained> => {
  const { signal } = options;
  const domain: RunDomain = entity.domain === 'script' ? 'script' : 'automation';
  const itemId = itemIdOf(entity);
  const unseen: string[] = [];
  const orUnseen = async <T>(what: string, work: Promise<T>, instead: T): Promise<T> =>
    work.catch((error: unknown) => {
      unseen.push(`${what}: ${reasonOf(error)}`);
      return instead;
    });
  let bodyProblem: string | undefined;
  const [home, services, runs, body, logs] = await Promise.all([
    operations.home(signal),
    operations.services(signal),
    itemId === undefined ? [] : orUnseen('runs', operations.insight.runs(domain, itemId, signal), []),
    operations.insight.runningBody(entity.entityId, signal).catch((error: unknown) => {
      bodyProblem = reasonOf(error);
      return undefined;
    }),
    orUnseen('log', operations.insight.logs(signal), []),
  ]);
  const existing = existingIn(home, services, [body]);
  const summary = chosenRun(runs, options.run);
  const conditions = body === undefined || !options.conditions ? [] : partsOf(body).conditions;
  const context = { operations, home, variables: plainVariables(body ?? {}), signal };
  const [run, now] = await Promise.all([
    summary === undefined ? undefined : orUnseen('run', operations.insight.run(summary, signal), undefined),
    conditionsNow(conditions, 'condition', context),
  ]);
  return {
    entity,
    domain,
    home,
    existing,
    ...(isRecord(body) ? { body } : {}),
    ...(bodyProblem === undefined ? {} : { bodyProblem }),
    runs,
    ...(run === undefined ? {} : { run }),
    conditions: now,
    broken: body === undefined ? [] : brokenReferences(body, existing),
    wrong: body === undefined ? [] : wrongTypes(home, body),
    logged: loggedAbout(logs, entity, body),
    unseen,
  };
};
