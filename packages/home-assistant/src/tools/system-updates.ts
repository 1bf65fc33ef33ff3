import { isToolError, refuse, requestMs, type ToolContext, table, watchUntil } from '@switchyard-mcp/core';
import { entityMeant } from '../domain/entity-refs.ts';
import type { EntityState } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import type { SystemArgs } from './system-args.ts';
import { updateColumns } from './system-output.ts';

type Context = ToolContext<HomeOperations>;
type Reply = Promise<Record<string, unknown>>;

const longestNotes = 4000;
const canInstall = 1;
const canBackup = 8;

const text = (state: EntityState, key: string): string => {
  const value = state.attributes[key];
  return typeof value === 'string' ? value : '';
};
const inProgress = (state: EntityState): boolean =>
  state.attributes['in_progress'] !== false && state.attributes['in_progress'] !== undefined;
const percent = (state: EntityState): number | undefined => {
  const value = state.attributes['update_percentage'] ?? state.attributes['in_progress'];
  return typeof value === 'number' ? value : undefined;
};
const features = (state: EntityState): number => Number(state.attributes['supported_features'] ?? 0);

const note = (state: EntityState): string => {
  if (inProgress(state)) return `installing${percent(state) === undefined ? '' : `, ${percent(state)} %`}`;
  if (text(state, 'skipped_version') !== '') return `skipped ${text(state, 'skipped_version')}`;
  return (features(state) & canInstall) === 0 ? 'by hand only' : '';
};

/** Waiting updates, or one with its notes. */
export const listUpdates = async (args: SystemArgs, { operations, signal }: Context): Reply => {
  const home = await operations.home(signal);
  if (args.id !== undefined) return oneUpdate(args.id, operations, signal);
  const states = [...home.entities.values()].flatMap((entity) => (entity.domain === 'update' && entity.state ? [entity.state] : []));
  const waiting = states.filter((state) => state.state === 'on' || inProgress(state));
  return {
    total: waiting.length,
    up_to_date: states.filter((state) => state.state === 'off').length,
    ...table(
      updateColumns,
      waiting
        .slice(0, 60)
        .map((state) => [
          state.entityId,
          text(state, 'title') || text(state, 'friendly_name'),
          text(state, 'installed_version'),
          text(state, 'latest_version'),
          note(state),
        ]),
    ),
  };
};

const updateMeant = async (id: string, operations: HomeOperations, signal: AbortSignal): Promise<EntityState> => {
  const entity = await entityMeant(operations, id, signal);
  if (entity.domain === 'update' && entity.state) return entity.state;
  throw refuse('invalid_input', `${entity.entityId} is not an update.`, { next: ['ha_system op="updates" lists them.'] });
};

const oneUpdate = async (id: string, operations: HomeOperations, signal: AbortSignal): Reply => {
  const state = await updateMeant(id, operations, signal);
  const notes = (await operations.system.releaseNotes(state.entityId, signal)) ?? text(state, 'release_summary');
  const url = text(state, 'release_url');
  return {
    id: state.entityId,
    title: text(state, 'title'),
    installed: text(state, 'installed_version'),
    latest: text(state, 'latest_version'),
    ...(note(state) ? { note: note(state) } : {}),
    ...(url ? { url } : {}),
    ...(notes ? { notes: notes.slice(0, longestNotes), ...(notes.length > longestNotes ? { notes_chars: notes.length } : {}) } : {}),
  };
};

/** Settles when the update is over, the time is, or the call was given up. */
const untilInstalled = (
  operations: HomeOperations,
  id: string,
  { waitMs, signal, progress }: { waitMs: number; signal: AbortSignal; progress: Context['progress'] },
): Promise<unknown> => {
  let began = false;
  let over = false;
  let reported = -1;
  const note = (state: EntityState): void => {
    began ||= inProgress(state);
    const done = Math.floor(percent(state) ?? 0);
    if (done > reported) progress(done, 100, 'installing');
    reported = Math.max(reported, done);
    over ||= state.state === 'off' || (began && !inProgress(state));
  };
  return watchUntil({
    look: () => over,
    reached: (isOver) => (isOver ? 'done' : 'no'),
    onChange: (listener) =>
      operations.onStateChange([id], (state) => {
        note(state);
        if (over) listener();
      }),
    everyMs: Number.POSITIVE_INFINITY,
    waitMs,
    signal,
    clock: operations.clock,
  });
};

/** Installs one update: asks, then follows it; what outlasts the call goes on. */
export const installUpdate = async (args: SystemArgs, context: Context): Reply => {
  const { operations, signal, confirm, progress } = context;
  const before = await updateMeant(args.id ?? '', operations, signal);
  const id = before.entityId;
  const refused =
    before.state !== 'on' ? 'is up to date' : (features(before) & canInstall) === 0 ? 'can be installed by hand only' : undefined;
  if (refused) throw refuse('unsupported', `${id} ${refused}.`);
  const backup = args.backup === true && (features(before) & canBackup) !== 0;
  const change = `${text(before, 'installed_version')} → ${text(before, 'latest_version')}`;
  const call = { domain: 'update', service: 'install', data: backup ? { backup } : {}, entityIds: [id], returnResponse: false };
  await operations.checkCalls([call], signal);
  const approval = await confirm({
    summary: `Install the update ${id}`,
    will: [['install', id, change]],
    against: [backup ? 'a backup is made first' : 'no backup is made first', 'it cannot be taken back from here'],
    state: [id, before.state, change],
  });
  const waitMs = requestMs(context);
  let failure: unknown;
  const called = operations.callService(call, { approval, signal, timeoutMs: waitMs }).catch((error: unknown) => {
    failure = error;
  });
  const watching = new AbortController();
  const watched = untilInstalled(operations, id, { waitMs, signal: AbortSignal.any([signal, watching.signal]), progress });
  // The service answers when it is over; some answer at once and go on behind it, so both are waited for unless it failed.
  await called;
  const now = operations.stateOf(id);
  if (failure !== undefined || (now && !inProgress(now))) watching.abort();
  await watched;
  return installReply(before, operations.stateOf(id), failure);
};

const installReply = (before: EntityState, after: EntityState | undefined, failure: unknown): Record<string, unknown> => {
  const versions = [before.entityId, text(before, 'installed_version'), after ? text(after, 'installed_version') : ''];
  if (after && text(after, 'installed_version') === text(before, 'latest_version'))
    return { state: 'installed', verified: true, rows: [versions] };
  if (after && inProgress(after))
    return {
      state: 'running',
      rows: [[...versions, note(after)]],
      next: `ha_system op="updates" id="${before.entityId}" tells how far it is`,
    };
  // A refusal before anything began is Home Assistant's own word; an answer that never came is not.
  if (isToolError(failure)) throw failure;
  return { state: 'unverified', rows: [versions], note: 'accepted, but the installed version has not changed yet' };
};
