import { type Clock, refuse, type ToolError } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf, toRecord } from '@switchyard-mcp/core/json';
import type { InsightOperations, RunSummary } from '../domain/insight-operations.ts';
import type { Home } from '../domain/model.ts';
import { reachesFurther } from '../domain/reaches-further.ts';
import { checkConfig } from './check-config.ts';
import type { Connection } from './connection.ts';
import { type Guard, refuseHiddenReads } from './guard.ts';
import {
  toChange,
  toIntegrationEntry,
  toLogRecord,
  toPendingSignIn,
  toRecorderState,
  toRepairIssue,
  toRun,
  toRunSummary,
} from './insight-shapes.ts';
import { cleanMessage } from './map-error.ts';
import type { Policy } from './policy.ts';
import { withTitles } from './repair-titles.ts';
import { readHealth } from './system-health.ts';
import { readUserNames } from './user-names.ts';
import { visibleEntries } from './visible-entries.ts';

type Raw = Readonly<Record<string, unknown>>;

export interface InsightParts {
  readonly policy: Policy;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly homeAnd: (signal: AbortSignal) => Promise<{ readonly there: Connection; readonly home: Home }>;
}

/** Core 2025.4 never answers test_condition when the condition has an error: waiting longer does not help. */
const testMs = 3_000;

const hiddenBody = (what: string): ToolError =>
  refuse('permission_denied', `${what} may not be shown.`, {
    why: 'It names entities outside those this server may use.',
    next: ['Ask for another object.'],
  });

const forgotten = (run: Pick<RunSummary, 'runId'>): ToolError =>
  refuse('not_found', `There is no run ${run.runId.slice(0, 40)}.`, {
    why: 'Home Assistant keeps the last five runs of each automation and script, and forgets them at a restart.',
    next: ['List the runs again.'],
  });

/** Why things happened and how the home is, asked of Core. */
export const createInsight = ({ policy, guard, homeAnd, clock }: InsightParts): InsightOperations => {
  const ask = async (message: Raw, doing: string, signal: AbortSignal): Promise<unknown> =>
    (await homeAnd(signal)).there.socket.command(message, { signal, doing });

  /** With lists in force, what an item's entity is decides; an item without one is not shown. */
  const visibleItems = (home: Home, domain: string): ((itemId: string) => boolean) => {
    if (!policy.restricted) return () => true;
    const ids = new Set<string>();
    for (const entity of home.entities.values()) if (entity.domain === domain && entity.uniqueId !== undefined) ids.add(entity.uniqueId);
    return (itemId) => ids.has(itemId);
  };

  const userNames = async (signal: AbortSignal): Promise<ReadonlyMap<string, string>> => {
    const { there, home } = await homeAnd(signal);
    return readUserNames(there.socket, home, signal);
  };

  /** A run that no trigger started: the person of its context, or the run that its context came from. */
  const callerOf = async (raw: Raw, signal: AbortSignal): Promise<string | undefined> => {
    const context = toRecord(raw['context']);
    const [userId, parentId] = [textOf(context, 'user_id'), textOf(context, 'parent_id')];
    if (userId !== undefined) return (await userNames(signal)).get(userId);
    if (parentId === undefined) return undefined;
    const { there, home } = await homeAnd(signal);
    const answer = await there.socket.command({ type: 'trace/contexts' }, { signal, doing: 'Reading who called' });
    const parent = toRecord(toRecord(answer)[parentId]);
    const [domain, itemId] = [textOf(parent, 'domain'), textOf(parent, 'item_id')];
    return domain === undefined || itemId === undefined || !visibleItems(home, domain)(itemId) ? undefined : `${domain}.${itemId}`;
  };

  return {
    runs: async (domain, itemId, signal) => {
      const { there, home } = await homeAnd(signal);
      const visible = visibleItems(home, domain);
      const message = { type: 'trace/list', domain, ...(itemId === undefined ? {} : { item_id: itemId }) };
      const answer = await there.socket.command(message, { signal, doing: 'Reading the runs' });
      return (
        recordsIn(answer)
          .flatMap((raw) => toRunSummary(raw) ?? [])
          .filter((run) => visible(run.itemId))
          // That it ran is no secret; what of the hidden entities started or stopped it is.
          .map(({ trigger, error, ...run }) => ({
            ...run,
            ...(trigger === undefined || guard.mentionsHidden(trigger) ? {} : { trigger }),
            ...(error === undefined || guard.mentionsHidden(error) ? {} : { error }),
          }))
          .sort((a, b) => b.startedAt - a.startedAt)
      );
    },
    run: async (wanted, signal) => {
      const { there, home } = await homeAnd(signal);
      if (!visibleItems(home, wanted.domain)(wanted.itemId)) throw forgotten(wanted);
      const message = { type: 'trace/get', domain: wanted.domain, item_id: wanted.itemId, run_id: wanted.runId };
      const answer = await there.socket.command(message, { signal, doing: 'Reading the run' });
      const run = isRecord(answer) ? toRun(answer) : undefined;
      if (run === undefined) throw forgotten(wanted);
      if (guard.mentionsHidden(answer)) throw hiddenBody('This run');
      const calledBy = run.trigger === undefined && isRecord(answer) ? await callerOf(answer, signal) : undefined;
      return calledBy === undefined ? run : { ...run, calledBy };
    },
    runningBody: async (entityId, signal) => {
      const { there } = await homeAnd(signal);
      guard.requireEntity(entityId);
      const type = entityId.startsWith('script.') ? 'script/config' : 'automation/config';
      const answer = await there.socket.command({ type, entity_id: entityId }, { signal, doing: `Reading ${entityId}` });
      const body = toRecord(toRecord(answer)['config']);
      if (guard.mentionsHidden(body)) throw hiddenBody(entityId);
      return body;
    },
    testCondition: async (condition, signal) => {
      const { there } = await homeAnd(signal);
      // A template, a device or a place can read what nobody named; only render_template says what was read.
      if (policy.restricted && (reachesFurther(condition) !== undefined || guard.mentionsHidden(condition))) throw refuseHiddenReads();
      const options = { signal, doing: 'Evaluating the condition', timeoutMs: testMs };
      const answer = await there.socket.command({ type: 'test_condition', condition }, options);
      return isRecord(answer) && answer['result'] === true;
    },
    changes: async (entityId, span, signal) => {
      const { there } = await homeAnd(signal);
      guard.requireEntity(entityId);
      const times = { start_time: new Date(span.startMs).toISOString(), end_time: new Date(span.endMs).toISOString() };
      const message = { type: 'logbook/get_events', ...times, entity_ids: [entityId] };
      const options = { signal, doing: 'Reading the logbook', timeoutMs: 20_000 };
      const [names, answer] = await Promise.all([userNames(signal), there.socket.command(message, options)]);
      return recordsIn(answer).flatMap((raw) => {
        const change = toChange(raw, names);
        if (change === undefined) return [];
        const { causeId: _id, causeName: _name, source: _source, message: _message, service: _service, ...bare } = change;
        const secret = change.causeId !== undefined && !policy.visible(change.causeId);
        return secret || guard.mentionsHidden([change.source, change.message, change.service]) ? [bare] : [change];
      });
    },
    logs: async (signal) =>
      recordsIn(await ask({ type: 'system_log/list' }, 'Reading the log', signal))
        .flatMap((raw) => toLogRecord(raw) ?? [])
        .filter((entry) => !guard.mentionsHidden([...entry.messages, entry.exception])),
    repairs: async (signal) => {
      const answer = await ask({ type: 'repairs/list_issues' }, 'Reading the repairs', signal);
      const issues = recordsIn(isRecord(answer) ? answer['issues'] : undefined)
        .flatMap((raw) => toRepairIssue(raw) ?? [])
        .filter((issue) => !guard.mentionsHidden([issue.issueId, issue.placeholders]));
      return withTitles(issues, (message) => ask(message, 'Reading the words of the repairs', signal));
    },
    integrations: async (signal) => {
      const { there } = await homeAnd(signal);
      const visible = visibleEntries(there.registries, policy);
      const answer = await ask({ type: 'config_entries/get' }, 'Reading the integrations', signal);
      return recordsIn(answer)
        .flatMap((raw) => toIntegrationEntry(raw) ?? [])
        .filter(({ entryId }) => visible(entryId));
    },
    pendingSignIns: async (signal) => {
      const { there } = await homeAnd(signal);
      const visible = visibleEntries(there.registries, policy);
      const answer = await ask({ type: 'config_entries/flow/progress' }, 'Reading the open dialogs', signal);
      return recordsIn(answer)
        .flatMap((raw) => toPendingSignIn(raw) ?? [])
        .filter(({ entryId }) => entryId === undefined || visible(entryId));
    },
    checkConfig: async (signal) => checkConfig((await homeAnd(signal)).there.rest(), guard, { signal, clock }),
    recorder: async (signal) => {
      const answer = await ask({ type: 'recorder/info' }, 'Reading the state of the recorder', signal);
      return toRecorderState(toRecord(answer));
    },
    health: async (signal) => {
      const { there } = await homeAnd(signal);
      const facts = await readHealth(there.socket, { signal, clock });
      return facts.map((fact) => (typeof fact.value === 'string' ? { ...fact, value: cleanMessage(fact.value) } : fact));
    },
  };
};
