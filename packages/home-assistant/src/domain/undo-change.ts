import { type Approval, hashOf, isToolError, refuse, type ToolError } from '@switchyard-mcp/core';
import { type Difference, differences } from './body-diff.ts';
import type { Change } from './change-journal.ts';
import type { StoredObject, Written } from './object-operations.ts';
import { parseObjectRef } from './object-ref.ts';
import type { HomeOperations } from './operations.ts';
import { sameJson } from './same-json.ts';

/** What taking a change back would do now. */
export interface UndoPlan {
  readonly change: Change;
  readonly act: 'restore' | 'recreate' | 'remove' | 'nothing';
  readonly current?: StoredObject | undefined;
  readonly why?: string | undefined;
}

/** Where the object of a change is now. */
const addressOf = (change: Change): string => change.after?.id ?? change.before.id;

const currentOf = async (change: Change, operations: HomeOperations, signal: AbortSignal): Promise<StoredObject | undefined> => {
  const ref = parseObjectRef(addressOf(change));
  if (ref.key === '') return undefined;
  try {
    return await operations.objects.read(ref, signal);
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

const nothing = (change: Change, why: string, current?: StoredObject): UndoPlan => ({ change, act: 'nothing', why, current });

/** The change and what came after it, side by side. */
const conflict = (
  change: Change,
  current: StoredObject | undefined,
  lines: (found: readonly Difference[]) => readonly string[],
): ToolError => {
  const ours = differences(change.before.body ?? {}, change.after?.body ?? {});
  const theirs = differences(change.after?.body ?? change.before.body ?? {}, current?.body ?? {});
  const since = current ? lines(theirs).join('; ') : 'it was deleted';
  return refuse('conflict', `${addressOf(change)} was changed by somebody else after ${change.id}. Nothing was undone.`, {
    why: `${change.id}: ${lines(ours).join('; ') || change.act}. Since then: ${since || 'it was made again'}`,
    next: [`Read it with ha_get_config and decide with the person; ha_edit can set single values back.`],
  });
};

/** Is the object as this change left it? For one whose end is unknown: as it meant to leave it. */
const isOurs = (change: Change, current: StoredObject): boolean => {
  if (change.after?.hash !== undefined) return change.after.hash === current.hash;
  const { id: _id, ...body } = current.body;
  return change.intended !== undefined && (change.intended === current.hash || change.intended === hashOf(body));
};

/**
 * What undoing would do. Only reads.
 * @throws ToolError conflict, showing both sides, when the object is not as this change left it.
 */
export const planUndo = async (
  change: Change,
  operations: HomeOperations,
  { signal, lines }: { readonly signal: AbortSignal; readonly lines: (found: readonly Difference[]) => readonly string[] },
): Promise<UndoPlan> => {
  if (change.undoneBy !== undefined) return nothing(change, `undone already by ${change.undoneBy}`);
  if (change.state === 'failed') return nothing(change, 'it never took effect');
  const current = await currentOf(change, operations, signal);
  const { body: before } = change.before;
  if (!current) {
    if (change.act === 'create') return nothing(change, 'it is gone already');
    if (change.act === 'delete' && before) return { change, act: 'recreate' };
    throw conflict(change, current, lines);
  }
  if (before && sameJson(current.body, before)) return nothing(change, 'it is as before already', current);
  if (change.act === 'delete' || !isOurs(change, current)) throw conflict(change, current, lines);
  return { change, act: change.act === 'create' ? 'remove' : 'restore', current };
};

/** Security-relevant acts that come back with the old body, and so need a person's agreement. */
export const actsComingBack = async (
  { change, act, current }: UndoPlan,
  operations: HomeOperations,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { body } = change.before;
  if (body === undefined || act === 'nothing' || act === 'remove') return [];
  return operations.objects.newSecurityActs(
    parseObjectRef(change.before.id),
    { before: current?.body ?? change.after?.body, after: body, comesBack: true },
    signal,
  );
};

/** Takes a change back as planned. @returns undefined when there was nothing to do. */
export const undoChange = async (
  { change, act, current }: UndoPlan,
  operations: HomeOperations,
  { approval, signal }: { readonly approval?: Approval | undefined; readonly signal: AbortSignal },
): Promise<Pick<Written, 'change' | 'notes'> | undefined> => {
  const options = { approval, signal, undoes: change.id };
  const { before } = change;
  if (act === 'remove' && current) return operations.objects.remove(current.ref, { ...options, expected: current.hash });
  if (act === 'restore' && current && before.body)
    return operations.objects.write(current.ref, before.body, { ...options, expected: current.hash });
  if (act !== 'recreate' || !before.body) return undefined;
  const restore = { key: before.key, registry: before.registry };
  return operations.objects.write(parseObjectRef(before.id), before.body, { ...options, expected: 'absent', restore });
};

/** The changes to take back, newest first, so that everything is as it was at a moment: pairs of a change and its undoing cancel out. */
export const changesSince = (all: readonly Change[]): readonly Change[] => {
  const ids = new Set(all.map(({ id }) => id));
  return all.filter(
    ({ state, undoneBy, undoes }) => state !== 'failed' && undoneBy === undefined && (undoes === undefined || !ids.has(undoes)),
  );
};
