import { refuse } from '@switchyard-mcp/core';
import type { Home } from './model.ts';
import type { ObjectBody, ObjectOperations } from './object-operations.ts';
import { parseObjectRef } from './object-ref.ts';
import type { HomeOperations } from './operations.ts';
import type { Aim, Step } from './organize-plan.ts';
import { registryAddress } from './registry-operations.ts';
import { checkRenames, deviceRenames, planRename, type RenamePlan } from './rename-plan.ts';

export interface PreparedRename {
  readonly plan: RenamePlan;
  /** Hashes of the bodies that will be rewritten, by id. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Entities of renamed devices whose ids do not begin with the old name. */
  readonly kept: readonly string[];
}

/** More writes than one call can carry out and take back again. */
const mostEdits = 100;

const renamesIn = (
  home: Home,
  aims: readonly Aim[],
  steps: readonly Step[],
): { readonly renames: Map<string, string>; readonly kept: readonly string[] } => {
  const renames = new Map<string, string>();
  const kept: string[] = [];
  for (const { kind, id, settings } of aims) {
    if (kind !== 'device' || settings.rename_entities !== true) continue;
    if (!settings.name) throw refuse('invalid_input', 'rename_entities needs the new name of the device.');
    const found = deviceRenames(home, id, settings.name);
    for (const [from, to] of found.renames) renames.set(from, to);
    kept.push(...found.kept);
  }
  for (const { ref, fields } of steps) if (typeof fields['entity_id'] === 'string') renames.set(ref.id, fields['entity_id']);
  return { renames, kept };
};

/** The sensors of areas name entities too, and no search of bodies reads them. */
const areaBodies = async ({ objects, registries }: HomeOperations, signal: AbortSignal): Promise<readonly ObjectBody[]> => {
  const areas = await registries.list('area', undefined, signal);
  const measured = areas.filter(({ fields }) => fields['temperature_entity_id'] || fields['humidity_entity_id']);
  return Promise.all(measured.map((area) => objects.read(parseObjectRef(registryAddress(area)), signal)));
};

/** Objects that will be rewritten, as they are now: whether they can be, and their hashes. */
const inspect = async (
  objects: ObjectOperations,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly hashes: ReadonlyMap<string, string>; readonly readOnly: ReadonlyMap<string, string> }> => {
  const found = await Promise.all(ids.map((id) => objects.read(parseObjectRef(id), signal)));
  const whys = await Promise.all(
    found.map(async ({ ref, body, editable, where }) =>
      editable ? objects.forbids(ref, body, signal) : (where ?? 'cannot be edited from here'),
    ),
  );
  return {
    hashes: new Map(found.map((object, index) => [ids[index] ?? object.ref.id, object.hash])),
    readOnly: new Map(
      found.flatMap((object, index) => {
        const why = whys[index];
        return why === undefined ? [] : [[ids[index] ?? object.ref.id, why]];
      }),
    ),
  };
};

/** Everything a rename will touch; undefined when the request renames nothing. @throws ToolError before anything is sent. */
export const prepareRename = async (
  operations: HomeOperations,
  home: Home,
  { aims, steps }: { readonly aims: readonly Aim[]; readonly steps: readonly Step[] },
  signal: AbortSignal,
): Promise<PreparedRename | undefined> => {
  const { renames, kept } = renamesIn(home, aims, steps);
  if (renames.size === 0) return undefined;
  checkRenames(home, renames);
  const { objects } = operations;
  // One after the other: the search for referrers then finds the bodies in the cache.
  const bodies = await objects.bodies(signal);
  const [areas, ...found] = await Promise.all([
    areaBodies(operations, signal),
    ...[...renames.keys()].map((id) => objects.references(parseObjectRef(id), signal)),
  ]);
  const sources = { home, bodies: [...bodies, ...areas], referrers: found.flat() };
  const draft = planRename(renames, { ...sources, readOnly: new Map() });
  if (draft.edits.length > mostEdits)
    throw refuse(
      'unsupported',
      `${draft.edits.length} objects name these entities; one call rewrites and, if need be, takes back ${mostEdits}.`,
      { next: ['Rename fewer at once.'] },
    );
  const { hashes, readOnly } = await inspect(
    objects,
    draft.edits.map(({ object }) => object.ref.id),
    signal,
  );
  return { plan: readOnly.size === 0 ? draft : planRename(renames, { ...sources, readOnly }), hashes, kept };
};

/** The steps without the renames, which are done before them, naming entities as they are called then. */
export const stepsAfterRename = (steps: readonly Step[], { plan }: PreparedRename): readonly Step[] =>
  steps.flatMap((step) => {
    const { entity_id: _newId, ...fields } = step.fields;
    const to = step.ref.kind === 'entity' ? plan.renames.get(step.ref.id) : undefined;
    if (to === undefined) return [step];
    return Object.keys(fields).length === 0 ? [] : [{ ...step, ref: { ...step.ref, id: to }, fields }];
  });
