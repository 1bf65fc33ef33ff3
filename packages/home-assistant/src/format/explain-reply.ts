import { spanWords, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { partsOf } from '../domain/automation-body.ts';
import { type BrokenReference, nearReferences } from '../domain/broken-references.ts';
import type { ConditionNow } from '../domain/conditions-now.ts';
import type { Explained } from '../domain/explain.ts';
import type { RunSummary } from '../domain/insight-operations.ts';
import { isTemplate } from '../domain/is-template.ts';
import { dueOf } from '../domain/trigger-due.ts';
import { triggersNow } from '../domain/triggers-now.ts';
import { conditionWords, shortValue, triggerWords } from './config-words.ts';
import { errorWords, lastLineOf, type StoryHome, storyOf } from './run-story.ts';
import { minuteTime } from './time-words.ts';

export interface ReplyOptions {
  /** What is asked: how it ran, why it did not, or whichever the newest run suggests. */
  readonly question: 'ran' | 'not_run';
  /** A run was named: its steps are wanted, whatever the question. */
  readonly steps: boolean;
  readonly nowMs: number;
  readonly timeZone: string;
}

const outcomes: Readonly<Record<string, string>> = {
  finished: 'finished',
  failed_conditions: 'stopped by a condition',
  failed_single: 'dropped: the run before still went on (mode single)',
  failed_max_runs: 'dropped: as many runs as allowed went on already',
  aborted: 'stopped early',
  error: 'failed',
  cancelled: 'cancelled by a newer run or by somebody',
  running: 'still runs',
};
const outcomeOf = (run: RunSummary): string => outcomes[run.outcome] ?? shortValue(run.outcome, 40);

const mostProblems = 8;
const mostRuns = 5;

const ago = (atMs: number, { nowMs }: ReplyOptions): string => `${spanWords(nowMs - atMs)} ago`;

const storyHome = ({ home }: Explained, { timeZone }: ReplyOptions): StoryHome => ({
  timeZone,
  exists: (kind, id) => {
    const places = { entity: home.entities, device: home.devices, area: home.areas, floor: home.floors, label: home.labels };
    return places[kind].has(id);
  },
});

/** "lock.front_dor does not exist; near: lock.front_door" */
export const brokenWords = (reference: BrokenReference, near: readonly string[]): string => {
  const { kind, id, problem } = reference;
  const what = kind === 'entity' || kind === 'service' ? id : `${kind}:${id}`;
  const how = problem === 'disabled' ? 'is disabled' : `does not exist${near.length > 0 ? `; near: ${near.join(', ')}` : ''}`;
  return `${kind === 'service' ? 'action ' : ''}${what} ${how}`;
};

/** What keeps it from running at all. */
const blockers = (explained: Explained, options: ReplyOptions): readonly (readonly string[])[] => {
  const { entity, bodyProblem, unseen } = explained;
  const rows: (readonly string[])[] = [];
  const { state } = entity;
  if (entity.disabled) rows.push(['disabled', 'disabled in the entity registry: Home Assistant does not load it']);
  else if (state === undefined) rows.push(['not loaded', 'Home Assistant has no state for it']);
  else if (state.state === 'unavailable')
    rows.push(['unavailable', `Home Assistant could not set it up ${ago(state.lastChangedAt, options)}: its configuration is wrong`]);
  else if (entity.domain === 'automation' && state.state === 'off') rows.push(['off', `switched off ${ago(state.lastChangedAt, options)}`]);
  if (bodyProblem !== undefined && state !== undefined) rows.push(['body unread', shortValue(bodyProblem, 160)]);
  for (const text of unseen) rows.push(['not looked at', shortValue(text, 160)]);
  return rows;
};

/** Rows of [what, detail]: everything that is wrong with it now. */
const problemsOf = (explained: Explained, options: ReplyOptions): readonly (readonly string[])[] => {
  const { entity, existing, broken, wrong, logged, run } = explained;
  const rows = [...blockers(explained, options)];
  for (const reference of broken) rows.push([`broken ${reference.pointer}`, brokenWords(reference, nearReferences(existing, reference))]);
  for (const { pointer, problem } of wrong) rows.push([`wrong type ${pointer}`, problem]);
  const { mode, current } = entity.state?.attributes ?? {};
  if (mode === 'single' && typeof current === 'number' && current > 0)
    rows.push(['busy', 'a run is going on, and mode single drops every trigger until it ends']);
  const told =
    run?.error ??
    run?.steps
      .find(({ error }) => error !== undefined)
      ?.error?.split('\n')
      .at(-1)
      ?.trim();
  for (const text of logged.filter((one) => told === undefined || !one.includes(told)).slice(0, 2))
    rows.push(['log', errorWords(shortValue(text.split('\n').at(-1) ?? text, 200))]);
  return rows;
};

const conditionLine = ({ path, condition, verdict, seen }: ConditionNow): string =>
  `${path} ${conditionWords(condition)} → ${[verdict, seen].filter(Boolean).join(', ')}`;

/** Since when it has listened; a restart of Home Assistant counts as its beginning. */
const onSince = ({ entity, domain }: Explained): number | undefined =>
  domain === 'automation' && entity.state?.state === 'on' ? entity.state.lastChangedAt : undefined;

/** "next 2026-11-26T16:31, last about 2026-11-25T16:32, before it was on" */
const dueWords = (trigger: unknown, explained: Explained, { nowMs, timeZone }: ReplyOptions): string => {
  const { next, last } = dueOf(trigger, explained.home, { nowMs, timeZone });
  const since = onSince(explained);
  const before = last !== undefined && since !== undefined && last.atMs < since;
  return [
    next && `next ${next.about ? 'about ' : ''}${minuteTime(next.atMs, timeZone)}`,
    last && `last ${last.about ? 'about ' : ''}${minuteTime(last.atMs, timeZone)}`,
    before && 'before it was on',
  ]
    .filter(Boolean)
    .join(', ');
};

const triggerLines = (explained: Explained, options: ReplyOptions): readonly string[] => {
  const { home, body } = explained;
  const { nowMs } = options;
  const age = (atMs: number): string => `for ${spanWords(nowMs - atMs)}`;
  return triggersNow(home, partsOf(body ?? {}).triggers, age).map(({ path, trigger, seen, problem }) => {
    const due = dueWords(trigger, explained, options);
    const tail = [problem === undefined ? '' : `cannot fire: ${problem}`, seen, due].filter(Boolean).join('; ');
    return `${path} ${triggerWords(trigger)}${tail === '' ? '' : ` → ${tail}`}`;
  });
};

const topLevel = (conditions: readonly ConditionNow[]): readonly ConditionNow[] =>
  conditions.filter(({ path }) => path.split('/').length === 2);

/** Why it would not run now, were it triggered. */
const nowSentence = (explained: Explained): string | undefined => {
  const failing = topLevel(explained.conditions).filter(({ verdict }) => verdict === 'false' || verdict === 'error');
  const [first] = failing;
  if (first === undefined) return undefined;
  if (failing.length === 1 && explained.run?.lastStep?.startsWith(first.path)) return 'The same condition would stop it now.';
  return `Now ${failing.length === 1 ? 'a condition stops' : `${failing.length} conditions stop`} it: ${conditionLine(first)}.`;
};

const neverSentence = (explained: Explained, options: ReplyOptions): string => {
  const { entity, domain, body } = explained;
  const last = entity.state?.attributes['last_triggered'];
  const at = typeof last === 'string' ? Date.parse(last) : Number.NaN;
  if (!Number.isNaN(at)) return `It last ran ${ago(at, options)}; Home Assistant keeps no trace of that.`;
  if (domain === 'script') return 'Nothing called it since Home Assistant started.';
  const triggers = body === undefined ? undefined : partsOf(body).triggers.length;
  return triggers === 0 ? 'It has no trigger: only a call starts it.' : 'It was never triggered, as far as Home Assistant remembers.';
};

const runSentence = (explained: Explained, options: ReplyOptions, home: StoryHome): string => {
  const { run, runs } = explained;
  const summary = run ?? runs[0];
  if (summary === undefined) {
    const unseen = explained.unseen.some((text) => text.startsWith('runs: '));
    return unseen ? 'Its runs may not be seen.' : neverSentence(explained, options);
  }
  const by = summary.trigger ?? run?.calledBy;
  const started = `${ago(summary.startedAt, options)}${by === undefined ? '' : ` by ${shortValue(by, 80)}`}`;
  const reason = summary.outcome === 'finished' || run === undefined ? undefined : lastLineOf(run, home);
  const known = summary.outcome === 'error' && summary.error !== undefined ? errorWords(summary.error) : undefined;
  const because = reason ?? known;
  return `Started ${started}, ${outcomeOf(summary)}${because === undefined || /^dropped|^still/.test(outcomeOf(summary)) ? '' : `: ${because}`}.`;
};

const sentence = (explained: Explained, options: ReplyOptions, home: StoryHome): string => {
  const [block] = blockers(explained, options).filter(([what]) => what !== 'not looked at' && what !== 'body unread');
  const parts = [block?.[1] === undefined ? undefined : `It cannot run: ${block[1]}.`, runSentence(explained, options, home)];
  if (options.question === 'not_run') parts.push(nowSentence(explained));
  return parts.filter(Boolean).join(' ');
};

const runColumns = ['run', 'when', 'trigger', 'outcome'] as const;
const lines = z.array(z.string()).optional();

/** What `runsReply` makes. */
export const runsOutput = z.lazy(() =>
  z.strictObject({
    id: z.string(),
    answer: z.string(),
    runs: z.strictObject(tableFields(runColumns)).optional(),
    steps: lines,
    on_since: z.string().optional(),
    triggers: lines,
    conditions_now: lines,
    note: z.string().optional(),
    problems: z.array(z.array(z.string()).length(2)).optional(),
    more_problems: z.number().optional(),
  }),
);

/** The reply about an automation or a script. */
export const runsReply = (explained: Explained, options: ReplyOptions): Record<string, unknown> => {
  const home = storyHome(explained, options);
  const { entity, runs, run, body } = explained;
  const rows = runs
    .slice(0, mostRuns)
    .map((one) => [
      one.runId.slice(0, 6),
      minuteTime(one.startedAt, options.timeZone),
      shortValue(one.trigger ?? 'a call', 60),
      outcomeOf(one),
    ]);
  const problems = problemsOf(explained, options);
  const showSteps = run !== undefined && (options.question === 'ran' || options.steps || run.outcome !== 'finished');
  const triggers = options.question === 'not_run' ? triggerLines(explained, options) : [];
  const since = onSince(explained);
  const variables = body !== undefined && Object.values(body['variables'] ?? {}).some(isTemplate);
  return {
    id: entity.entityId,
    answer: sentence(explained, options, home),
    ...(rows.length > 0 ? { runs: table(runColumns, rows) } : {}),
    ...(showSteps ? { steps: storyOf(run, home) } : {}),
    ...(triggers.length > 0 && since !== undefined ? { on_since: `${minuteTime(since, options.timeZone)} (switched on, or loaded)` } : {}),
    ...(triggers.length > 0 ? { triggers: triggers.slice(0, 12) } : {}),
    ...(explained.conditions.length > 0 ? { conditions_now: explained.conditions.slice(0, 20).map(conditionLine) } : {}),
    ...(variables && explained.conditions.length > 0 ? { note: 'its computed variables are not known outside of a run' } : {}),
    ...(problems.length > 0 ? { problems: problems.slice(0, mostProblems) } : {}),
    ...(problems.length > mostProblems ? { more_problems: problems.length - mostProblems } : {}),
  };
};
