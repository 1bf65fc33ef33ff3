import type { ConfirmationRequest } from '@switchyard-mcp/core';
import type { Home } from './model.ts';
import type { ObjectOperations, Reference } from './object-operations.ts';
import { parseObjectRef } from './object-ref.ts';
import type { Step } from './organize-plan.ts';
import { registryAddress } from './registry-operations.ts';
import type { RenamePlan } from './rename-plan.ts';
import { opensUp } from './security.ts';

/** More rows than a person reads; the rest is counted. */
const mostRows = 12;

const shownTo = ({ before, fields }: Step): readonly unknown[] => {
  const had = Array.isArray(before['exposed']) ? before['exposed'] : [];
  return (Array.isArray(fields['exposed']) ? fields['exposed'] : []).filter((name) => !had.includes(name));
};

/** Steps that a voice assistant could open the home with. */
export const openingSteps = (home: Home, steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => {
    const deviceClass = home.entities.get(step.ref.id)?.state?.attributes['device_class'];
    return (
      step.ref.kind === 'entity' &&
      shownTo(step).length > 0 &&
      opensUp(step.ref.id, typeof deviceClass === 'string' ? deviceClass : undefined)
    );
  });

/** Who names an entry that is to be removed. */
const referrersOf = async (objects: ObjectOperations, step: Step, signal: AbortSignal): Promise<readonly Reference[]> => {
  const { kind, id } = step.ref;
  if (kind === 'category') return [];
  return objects.references(parseObjectRef(kind === 'entity' ? id : registryAddress(step.ref)), signal);
};

const counted = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  rows.length <= mostRows ? rows : [...rows.slice(0, mostRows - 1), ['and', `${rows.length - mostRows + 1} more`]];

const removalRow = (step: Step, referrers: readonly Reference[]): readonly string[] => {
  const named = referrers.slice(0, 5).map(({ id }) => id);
  const name = String(step.before['name'] ?? step.before['name_by_user'] ?? step.ref.id);
  return [
    'remove',
    registryAddress(step.ref),
    referrers.length === 0 ? name : `${name}, named by ${referrers.length}: ${named.join(', ')}`,
  ];
};

/** Home Assistant marks entities that no integration provides any more. */
const comesBack = (home: Home, { ref }: Step): readonly string[] => {
  const state = ref.kind === 'entity' ? home.entities.get(ref.id)?.state : undefined;
  return state && state.attributes['restored'] !== true
    ? [`${ref.id} is still provided by its integration and may come back; disabling it keeps it away`]
    : [];
};

const renameRows = ({ renames, edits }: RenamePlan): readonly (readonly string[])[] => [
  ...[...renames].map(([from, to]) => ['rename', from, `→ ${to}`]),
  ...edits.map(({ object, pointers }) => ['rewrite', object.ref.id, `${pointers.length}× ${pointers.slice(0, 3).join(' ')}`]),
];

const renameAgainst = ({ left, composed }: RenamePlan): readonly string[] => [
  ...left.slice(0, mostRows).map(({ id, why }) => `${id} keeps the old id: ${why}`),
  ...(left.length > mostRows ? [`${left.length - mostRows} more keep the old id`] : []),
  ...(composed.length > 0 ? [`put ids together in templates, look by hand: ${composed.slice(0, 5).join(', ')}`] : []),
  'Templates in YAML files and bodies that this server may not show cannot be rewritten from here',
];

export interface ConsentParts {
  readonly home: Home;
  readonly objects: ObjectOperations;
  readonly steps: readonly Step[];
  readonly rename: RenamePlan | undefined;
  readonly hashes: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** What a person has to agree to; undefined when nothing of it needs that. */
export const consentFor = async ({
  home,
  objects,
  steps,
  rename,
  hashes,
  signal,
}: ConsentParts): Promise<ConfirmationRequest | undefined> => {
  const removals = steps.filter(({ op }) => op === 'remove');
  const openings = openingSteps(home, steps);
  if (removals.length === 0 && openings.length === 0 && rename === undefined) return undefined;
  const referrers = await Promise.all(removals.map((step) => referrersOf(objects, step, signal)));
  const will = [
    ...(rename ? renameRows(rename) : []),
    ...removals.map((step, index) => removalRow(step, referrers[index] ?? [])),
    ...openings.map((step) => ['expose', step.ref.id, `to ${shownTo(step).join(', ')}: whoever speaks to it can open the home`]),
  ];
  const acts = [
    ...(rename ? [`rename ${[...rename.renames.keys()].slice(0, 3).join(', ')}`] : []),
    ...(removals.length > 0
      ? [
          `remove ${removals
            .slice(0, 3)
            .map(({ ref }) => registryAddress(ref))
            .join(', ')}`,
        ]
      : []),
    ...(openings.length > 0
      ? [
          `expose ${openings
            .slice(0, 3)
            .map(({ ref }) => ref.id)
            .join(', ')}`,
        ]
      : []),
  ];
  const against = [
    ...(rename ? renameAgainst(rename) : []),
    ...removals.flatMap((step) => comesBack(home, step)),
    ...(removals.some(({ ref }) => ref.kind === 'category') ? ['a category comes back empty'] : []),
    ...(removals.some(({ ref }) => ref.kind === 'entity' || ref.kind === 'device')
      ? ['removed entities and devices cannot be undone']
      : []),
  ];
  return {
    summary: acts.join('; '),
    will: counted(will),
    ...(against.length > 0 ? { against } : {}),
    state: [steps.map(({ ref, before }) => [registryAddress(ref), before]), [...hashes], rename?.left ?? []],
  };
};
