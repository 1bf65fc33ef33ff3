import { refuse, type Watched, watchUntil } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { ConfigEntry, EntryOutcome, EntryReach, FlowOperations, Subentry } from '../domain/flow-operations.ts';
import type { Facet } from './facet.ts';
import { isRefusal } from './registries.ts';
import { jsonOf, refusedRequest } from './rest-answer.ts';
import { visibleEntries } from './visible-entries.ts';

type Raw = Readonly<Record<string, unknown>>;

/** States that pass by themselves. */
const unsettled = new Set(['setup_in_progress', 'unload_in_progress']);
const settleMs = 10_000;

interface Settled {
  readonly entry: ConfigEntry | undefined;
}

export const toEntry = (raw: Raw): ConfigEntry | undefined => {
  const [entryId, domain] = [textOf(raw, 'entry_id'), textOf(raw, 'domain')];
  if (entryId === undefined || domain === undefined) return undefined;
  const reason = textOf(raw, 'reason');
  const types = raw['supported_subentry_types'];
  return {
    entryId,
    domain,
    title: textOf(raw, 'title') ?? domain,
    state: textOf(raw, 'state') ?? 'unknown',
    ...(reason ? { reason } : {}),
    disabled: raw['disabled_by'] !== null && raw['disabled_by'] !== undefined,
    hasOptions: raw['supports_options'] === true,
    canReconfigure: raw['supports_reconfigure'] === true,
    subentryTypes: isRecord(types) ? Object.keys(types) : [],
    modifiedAt: typeof raw['modified_at'] === 'number' ? raw['modified_at'] : 0,
  };
};

const users = ['automation', 'script', 'scene', 'group', 'person'] as const;

/** Config entries as a whole: lists, reload, disabling, removal, diagnostics. */
export type EntryOperations = Pick<
  FlowOperations,
  'entries' | 'subentries' | 'reachOf' | 'reload' | 'setDisabled' | 'remove' | 'diagnostics'
> & {
  /** The entry once it has settled, or as it was read last. */
  settled(entryId: string, signal: AbortSignal): Promise<Watched<Settled>>;
  /** Refuses an entry that has entities outside the allow and deny lists: an act on it would reach them. */
  requireWhole(entryId: string, signal: AbortSignal): Promise<void>;
};

export const createEntryOperations = ({ ready, guard, policy, clock }: Facet): EntryOperations => {
  const readAll = async (signal: AbortSignal): Promise<readonly ConfigEntry[]> => {
    const { socket } = await ready(signal);
    const answer = await socket.command({ type: 'config_entries/get' }, { signal, doing: 'Reading the integrations' });
    return recordsIn(answer).flatMap((raw) => toEntry(raw) ?? []);
  };

  const entries = async (signal: AbortSignal): Promise<readonly ConfigEntry[]> => {
    const all = await readAll(signal);
    const visible = visibleEntries((await ready(signal)).registries, policy);
    return all.filter(({ entryId }) => visible(entryId));
  };

  const related = async (entryId: string, signal: AbortSignal): Promise<Raw> => {
    const { socket } = await ready(signal);
    const asked = { type: 'search/related', item_type: 'config_entry', item_id: entryId };
    const answer = await socket.command(asked, { signal, doing: 'Reading what belongs to the integration' });
    return toRecord(answer);
  };

  const requireWhole = async (entryId: string, signal: AbortSignal): Promise<void> => {
    if (!policy.restricted) return;
    if (textsOf(await related(entryId, signal), 'entity').every(policy.visible)) return;
    throw refuse('permission_denied', 'This integration may not be changed or read.', {
      why: 'Some of its entities are outside those this server may use.',
      next: ['Leave it to a person, in Home Assistant itself.'],
    });
  };

  const settled = async (entryId: string, signal: AbortSignal): Promise<Watched<Settled>> => {
    const look = async () => ({ entry: (await readAll(signal)).find((known) => known.entryId === entryId) });
    const isSettled = ({ entry }: Settled): boolean => !entry || !unsettled.has(entry.state);
    const reached = (seen: Settled) => (isSettled(seen) ? 'done' : 'no');
    return watchUntil({ look, reached, waitMs: settleMs, stopAtUnreadable: true, signal, clock });
  };

  const outcome = async (answer: unknown, entryId: string, signal: AbortSignal): Promise<EntryOutcome> => {
    const { state, isCurrent } = await settled(entryId, signal);
    const needsRestart = isRecord(answer) && answer['require_restart'] === true;
    return { entry: isCurrent ? state?.entry : undefined, isReadBack: isCurrent, needsRestart };
  };

  const removeSubentry = async (entryId: string, subentryId: string, signal: AbortSignal): Promise<unknown> => {
    const { socket } = await ready(signal);
    const message = { type: 'config_entries/subentries/delete', entry_id: entryId, subentry_id: subentryId };
    return socket.command(message, { signal, write: true, doing: 'Removing a part of the integration' });
  };

  return {
    entries,
    settled,
    requireWhole,
    subentries: async (entryId, signal) => {
      await requireWhole(entryId, signal);
      const { socket } = await ready(signal);
      const answer = await socket
        .command({ type: 'config_entries/subentries/list', entry_id: entryId }, { signal, doing: 'Reading the parts of the integration' })
        .catch((error: unknown) => (isRefusal(error) ? [] : Promise.reject(error)));
      return recordsIn(answer).map(
        (raw): Subentry => ({
          subentryId: textOf(raw, 'subentry_id') ?? '',
          type: textOf(raw, 'subentry_type') ?? '',
          title: textOf(raw, 'title') ?? '',
        }),
      );
    },
    reachOf: async (entryId, signal): Promise<EntryReach> => {
      const raw = await related(entryId, signal);
      return {
        entityIds: textsOf(raw, 'entity').filter(policy.visible),
        usedBy: users.flatMap((kind) => textsOf(raw, kind)).filter(policy.visible),
      };
    },
    reload: async (entryId, signal) => {
      guard.requireLevel('admin', 'Reloading an integration');
      await requireWhole(entryId, signal);
      const path = `/api/config/config_entries/entry/${encodeURIComponent(entryId)}/reload`;
      const answer = jsonOf(await (await ready(signal)).rest().send({ method: 'POST', path }, signal), 'Reloading the integration');
      return outcome(answer, entryId, signal);
    },
    setDisabled: async (entryId, disabled, signal) => {
      const doing = disabled ? 'Disabling an integration' : 'Enabling an integration';
      guard.requireLevel('admin', doing);
      await requireWhole(entryId, signal);
      const { socket } = await ready(signal);
      const message = { type: 'config_entries/disable', entry_id: entryId, disabled_by: disabled ? 'user' : null };
      return outcome(await socket.command(message, { signal, write: true, doing, timeoutMs: 30_000 }), entryId, signal);
    },
    remove: async ({ entryId, subentryId }, approval, signal) => {
      guard.requireLevel('admin', 'Removing an integration');
      guard.requireApproval(approval, 'Removing an integration');
      await requireWhole(entryId, signal);
      if (subentryId !== undefined) return outcome(await removeSubentry(entryId, subentryId, signal), entryId, signal);
      const path = `/api/config/config_entries/entry/${encodeURIComponent(entryId)}`;
      const answer = jsonOf(await (await ready(signal)).rest().send({ method: 'DELETE', path }, signal), 'Removing the integration');
      return outcome(answer, entryId, signal);
    },
    diagnostics: async (entryId, signal) => {
      guard.requireLevel('admin', 'Reading diagnostics');
      await requireWhole(entryId, signal);
      const path = `/api/diagnostics/config_entry/${encodeURIComponent(entryId)}`;
      const answer = await (await ready(signal)).rest().send({ method: 'GET', path }, signal);
      if (answer.status === 404) throw refuse('unsupported', 'This integration offers no diagnostics.');
      if (answer.status !== 200) throw refusedRequest(answer, 'Reading the diagnostics', false);
      if (!guard.mentionsHidden(answer.body)) return answer.body;
      throw refuse('permission_denied', 'These diagnostics are not shown.', {
        why: 'They speak of entities outside those this server may use.',
      });
    },
  };
};
