import {
  type Approval,
  type Clock,
  inOneLine,
  isToolError,
  provenUnchanged,
  refuse,
  ToolError,
  type ToolErrorFields,
  timePolicy,
  type Writes,
  within,
} from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { rewriteReferences } from './entity-references.ts';
import type { ObjectOperations, StoredObject } from './object-operations.ts';
import { parseObjectRef } from './object-ref.ts';
import type { RegistryOperations } from './registry-operations.ts';
import type { RenamePlan } from './rename-plan.ts';

export interface RenameOptions {
  readonly approval?: Approval | undefined;
  /** All changes of the rename; ha_undo takes them back together. */
  readonly group: string;
  /** Hashes of the bodies as they were when the person agreed, by id. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  remainingMs(): number;
  readonly writes: Writes;
}

export interface Renamed {
  /** A change of the group; ha_undo with it takes back all. */
  readonly changeId: string | undefined;
}

/** One thing done, and how to take it back. */
interface Done {
  readonly what: string;
  /** Absent while its answer has not come: whether it happened has to be looked up. */
  changeId?: string;
  back(undoes: string | undefined): Promise<unknown>;
}

const conflict = (id: string): ToolError => refuse('conflict', `${id} was changed by somebody else since the preview.`);

/** Takes back what was done, last first. Whatever cannot be taken back is named. */
const rollBack = async (done: readonly Done[]): Promise<readonly string[]> => {
  const stuck: string[] = [];
  for (const { what, changeId, back } of [...done].reverse())
    await back(changeId).catch(() => {
      stuck.push(what);
    });
  return stuck;
};

const abandoned = (cause: unknown, stuck: readonly string[], changeId: string | undefined): ToolError => {
  const fields: ToolErrorFields = isToolError(cause) ? cause.fields : { code: 'internal', what: 'An unexpected failure' };
  const { code, didYouMean } = fields;
  const shared = { code, ...(didYouMean ? { didYouMean } : {}) };
  if (stuck.length === 0)
    return provenUnchanged(
      new ToolError({
        ...shared,
        what: 'The rename was not done; everything is as it was, and was read back.',
        why: inOneLine(fields),
        next: ['Mend the cause and call again for a new preview.'],
      }),
    );
  return new ToolError({
    ...shared,
    what: `The rename stopped half way and could not be taken back in ${stuck.length} places: ${stuck.slice(0, 5).join(', ')}.`,
    why: inOneLine(fields),
    sideEffects: 'unknown',
    next: [`ha_undo mode="restore" change="${changeId ?? 'ch-…'}" when Home Assistant answers again.`],
  });
};

interface Work {
  readonly plan: RenamePlan;
  readonly objects: ObjectOperations;
  readonly registries: RegistryOperations;
  readonly options: RenameOptions;
  readonly done: Done[];
}

/** The way back has time of its own: the call's may be what ran out. */
const goBack = <T>(clock: Clock, step: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  within({ clock, ms: 20_000 }, ({ signal }) => step(signal));

const renameEntities = async ({ plan, registries, options, done }: Work): Promise<void> => {
  const { approval, group, signal, clock } = options;
  for (const [from, to] of plan.renames) {
    const step: Done = {
      what: to,
      back: async (undoes) => {
        const [there] = await goBack(clock, (back) => registries.read([{ kind: 'entity', id: to }], back));
        const rename = (back: AbortSignal) => registries.update({ kind: 'entity', id: to }, { entity_id: from }, { undoes, signal: back });
        if (there) await goBack(clock, rename);
      },
    };
    // Listed before the answer: if it never comes, the way back looks whether it is needed.
    done.push(step);
    const { change } = await registries.update({ kind: 'entity', id: from }, { entity_id: to }, { approval, group, signal });
    step.changeId = change.id;
  }
};

/** Writes a body and lists how to take that back. */
const write = async ({ plan, objects, options, done }: Work, before: StoredObject, body: Body): Promise<StoredObject> => {
  const { approval, group, signal, clock } = options;
  const { ref } = before;
  const step: Done = {
    what: ref.id,
    back: async (undoes) => {
      const found = await goBack(clock, (back) => objects.read(ref, back));
      if (found.hash !== before.hash)
        await goBack(clock, (back) => objects.write(ref, before.body, { expected: found.hash, undoes, comesBack: true, signal: back }));
    },
  };
  done.push(step);
  const { object, change } = await objects.write(ref, body, { expected: before.hash, approval, group, signal });
  step.changeId = change.id;
  if (rewriteReferences(object.body, plan.renames).references.length === 0) return object;
  throw refuse('upstream_error', `${ref.id} still names the old id after it was written.`);
};

/** An area takes only sensors that exist, there and on every way back: it lets go of them while their names change. */
const detachAreas = async (work: Work): Promise<ReadonlyMap<string, { readonly body: Body; readonly hash: string }>> => {
  const detached = new Map<string, { readonly body: Body; readonly hash: string }>();
  for (const { object } of work.plan.edits) {
    if (object.ref.kind !== 'area') continue;
    const before = await work.objects.read(object.ref, work.options.signal);
    if (before.hash !== work.options.hashes.get(object.ref.id)) throw conflict(object.ref.id);
    const without = Object.entries(before.body).map(([key, value]) => [key, work.plan.renames.has(String(value)) ? null : value]);
    const { hash } = await write(work, before, Object.fromEntries(without));
    detached.set(object.ref.id, { body: rewriteReferences(before.body, work.plan.renames).body as Body, hash });
  }
  return detached;
};

/** How the body is right now; Home Assistant may have followed the rename by itself, as newer helpers do. */
const rewriteObject = async (work: Work, id: string): Promise<void> => {
  const { plan, objects, options } = work;
  const before = await objects.read(parseObjectRef(plan.renames.get(id) ?? id), options.signal);
  const { body, references } = rewriteReferences(before.body, plan.renames);
  if (references.length === 0) return;
  if (before.hash !== options.hashes.get(id) && before.ref.kind !== 'helper') throw conflict(id);
  await write(work, before, body as Body);
};

const attachArea = async (work: Work, id: string, { body, hash }: { readonly body: Body; readonly hash: string }): Promise<void> => {
  const before = await work.objects.read(parseObjectRef(id), work.options.signal);
  if (before.hash !== hash) throw conflict(id);
  await write(work, before, body);
};

const firstChange = ({ done }: Work): string | undefined => done.find(({ changeId }) => changeId !== undefined)?.changeId;

/**
 * Renames entities and rewrites everything that names them: all of it or nothing.
 * @throws ToolError with sideEffects "none" after everything was taken back, else "unknown" naming what was not.
 */
export const applyRename = async (
  plan: RenamePlan,
  operations: { readonly objects: ObjectOperations; readonly registries: RegistryOperations },
  options: RenameOptions,
): Promise<Renamed> => {
  const work: Work = { plan, ...operations, options, done: [] };
  return options.writes.track(() => renameAll(work));
};

const renameAll = async (work: Work): Promise<Renamed> => {
  const { plan, options } = work;
  const startedMs = options.remainingMs();
  try {
    const detached = await detachAreas(work);
    await renameEntities(work);
    for (const { object } of plan.edits) {
      const left = options.remainingMs();
      // Writing back takes as long as writing; whoever has used half of the time has to turn round.
      if (left - timePolicy.anotherWriteMs < startedMs - left)
        throw refuse('timeout', `Only ${work.done.length} of the writes fitted into this call.`);
      const area = detached.get(object.ref.id);
      await (area ? attachArea(work, object.ref.id, area) : rewriteObject(work, object.ref.id));
    }
  } catch (error) {
    throw abandoned(error, await rollBack(work.done), firstChange(work));
  }
  return { changeId: firstChange(work) };
};
