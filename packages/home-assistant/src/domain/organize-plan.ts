import { editDistance, foldText, nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { placeOf, placesNamed } from './find-places.ts';
import type { Entity, Home } from './model.ts';
import { checkSettings, fieldsFor, type Names, pendingKey, type Settings } from './organize-settings.ts';
import { categoryScopes, type RegistryEntry, type RegistryKind, type RegistryRef, registryAddress } from './registry-operations.ts';
import { resolveEntity } from './resolve-targets.ts';
import { sameField } from './same-field.ts';

export interface ChangeRequest {
  readonly ids: readonly string[];
  readonly op: 'update' | 'create' | 'remove';
  readonly set?: Settings | undefined;
}

/** Something that a request names; `id` is the name when it is to be created. */
export interface Aim extends RegistryRef {
  readonly request: number;
  readonly op: ChangeRequest['op'];
  readonly settings: Settings;
  readonly entity?: Entity;
}

/** One entry and what is to become of it. */
export interface Step {
  readonly op: 'update' | 'create' | 'remove' | 'exists';
  readonly ref: RegistryRef;
  /** Of a category that is to be created. */
  readonly scope?: string;
  readonly before: Body;
  /** What changes, and nothing else. May hold `Pending` where an id is not known yet. */
  readonly fields: Body;
  readonly note?: string;
}

const prefixed = /^(area|floor|label|device|category|entity):\s*(.+)$/is;
const creatable = new Set<RegistryKind>(['area', 'floor', 'label', 'category']);

const refusal = (
  code: 'invalid_input' | 'unsupported' | 'not_found',
  what: string,
  next: readonly string[],
  near?: readonly string[],
): ToolError => refuse(code, `${what}.`, { next, ...(near ? { didYouMean: near } : {}) });

/** "automation/Night" as scope and name. @throws ToolError invalid_input. */
const scoped = (text: string): { readonly scope: string; readonly name: string } => {
  const at = text.indexOf('/');
  const scope = text.slice(0, at).trim().toLowerCase();
  if (at > 0 && categoryScopes.some((known) => known === scope)) return { scope, name: text.slice(at + 1).trim() };
  throw refusal('invalid_input', `"${text.slice(0, 60)}" names no category`, [
    `write category:scope/name; scopes: ${categoryScopes.join(', ')}.`,
  ]);
};

interface Target {
  readonly kind: RegistryKind;
  readonly id: string;
  readonly entity?: Entity;
}

const entityNamed = (home: Home, text: string): Target => {
  // A place by its bare name would mean the entities in it, which is never what is to be renamed or removed.
  for (const kind of ['area', 'floor', 'label', 'device'] as const)
    if (!text.includes('.') && placesNamed(home, kind, text).length > 0 && !hasName(home, text))
      throw refusal('invalid_input', `"${text.slice(0, 60)}" is not a valid entity id`, [
        `write ${kind}:${text.slice(0, 60)} for the ${kind} itself.`,
      ]);
  const entity = resolveEntity(home, text);
  return { kind: 'entity', id: entity.entityId, entity };
};

const hasName = (home: Home, text: string): boolean =>
  [...home.entities.values()].some((entity) => foldText(entity.name) === foldText(text));

const targetOf = (home: Home, categories: readonly RegistryEntry[], text: string, op: ChangeRequest['op']): Target => {
  const match = prefixed.exec(text.trim());
  const kind = match?.[1]?.toLowerCase() as RegistryKind | undefined;
  const rest = match?.[2]?.trim() ?? '';
  if (op === 'create') {
    if (kind !== undefined && creatable.has(kind)) return { kind, id: kind === 'category' ? Object.values(scoped(rest)).join('/') : rest };
    throw refusal('invalid_input', `"${text.slice(0, 60)}" cannot be created here`, [
      'write area:, floor:, label: or category:scope/ and the new name; ha_edit creates helpers, automations and the like.',
    ]);
  }
  if (kind === undefined || kind === 'entity') return entityNamed(home, kind === undefined ? text.trim() : rest);
  if (kind !== 'category') return { kind, id: placeOf(home, kind, rest) };
  const { scope, name } = scoped(rest);
  const there = categories.filter(({ id }) => id.startsWith(`${scope}/`));
  const found = there.find(({ key, fields }) => key === name || foldText(String(fields['name'])) === foldText(name));
  if (found) return { kind, id: found.id };
  const names = there.map(({ fields }) => String(fields['name']));
  throw refusal('not_found', `There is no category "${name.slice(0, 60)}" of ${scope}`, [], nearMisses(name, names));
};

/** Which categories have to be known for these requests. */
export const scopesIn = (requests: readonly ChangeRequest[]): readonly string[] => {
  if (requests.some(({ set }) => set?.category !== undefined)) return categoryScopes;
  const texts = requests.flatMap(({ ids }) => ids).flatMap((id) => /^category:\s*(\w+)\//i.exec(id.trim())?.[1]?.toLowerCase() ?? []);
  return categoryScopes.filter((scope) => texts.includes(scope));
};

/** Everything that the requests name. @throws ToolError for the first that is unknown, ambiguous or does not fit. */
export const aimsOf = (home: Home, categories: readonly RegistryEntry[], requests: readonly ChangeRequest[]): readonly Aim[] =>
  requests.flatMap(({ ids, op, set }, request) =>
    [...new Set(ids)].map((text): Aim => {
      const target = targetOf(home, categories, text, op);
      const settings = set ?? {};
      checkSettings(target.kind, settings, `changes.${request}`);
      if (op === 'update' && Object.values(settings).every((value) => value === undefined))
        throw refusal('invalid_input', `changes.${request} sets nothing`, ['give set, or op="create" or "remove".']);
      if (settings.new_id !== undefined && ids.length > 1)
        throw refusal('invalid_input', `One new_id cannot be given to ${ids.length} entities`, ['give each its own change.']);
      return { ...target, request, op, settings };
    }),
  );

/** Entities that are the face of an object with a body: without the body gone, they would only come back. */
const faces = /^(?:automation|script|scene|person|zone|input_\w+|counter|timer|schedule)$/;

const checkEntity = ({ entity, settings, op }: Aim): void => {
  if (!entity) return;
  if (op === 'remove' && faces.test(entity.domain))
    throw refusal('unsupported', `${entity.entityId} stands for an object and is not removed alone`, [
      `ha_delete ids=["${entity.entityId}"].`,
    ]);
  const needsEntry = op === 'remove' || Object.keys(settings).some((key) => key !== 'expose' && key !== 'assistants');
  if (!entity.registered && needsEntry)
    throw refusal(
      'unsupported',
      `${entity.entityId} has no registry entry: its integration gives it no unique id, so only expose can be set`,
      ['where it is defined in YAML, add a unique_id there.'],
    );
  if (settings.disabled === true && entity.domain === 'automation')
    throw refusal('invalid_input', `${entity.entityId} would vanish until Home Assistant starts again, if disabled here`, [
      `ha_control action="automation.turn_off" targets=["${entity.entityId}"] stops it and keeps it.`,
    ]);
};

/** By name or alias, as Home Assistant and people compare them: without case, accents and spaces. */
const placeCalled = (home: Home, kind: 'area' | 'floor' | 'label', name: string): string | undefined => {
  const places = { area: home.areas, floor: home.floors, label: home.labels }[kind];
  const same = [...places].find(([, place]) => pendingKey(kind, place.name) === pendingKey(kind, name));
  return same?.[0] ?? placesNamed(home, kind, name)[0];
};

const categoryCalled = ({ categories }: Names, scope: string, name: string): string | undefined =>
  categories.find(({ id, fields }) => id.startsWith(`${scope}/`) && foldText(String(fields['name'])) === foldText(name))?.id;

/** Something there whose name differs by a slip of the finger: it may be what was meant. */
const nearlyCalled = ({ home, categories }: Names, kind: RegistryKind, name: string, scope?: string): string | undefined => {
  const places = { area: home.areas, floor: home.floors, label: home.labels }[kind as 'area'];
  const there = places
    ? [...places.values()].map((place) => place.name)
    : categories.filter(({ id }) => id.startsWith(`${scope}/`)).map(({ fields }) => String(fields['name']));
  return name.length < 4 ? undefined : there.find((known) => editDistance(foldText(known), foldText(name)) <= (name.length < 8 ? 1 : 2));
};

const createStep = (aim: Aim, names: Names): Step => {
  const { kind, id, settings } = aim;
  const { scope, name } = kind === 'category' ? scoped(id) : { scope: undefined, name: id };
  const existing = kind === 'category' ? categoryCalled(names, scope ?? '', name) : placeCalled(names.home, kind as 'area', name);
  if (existing !== undefined) return { op: 'exists', ref: { kind, id: existing }, before: {}, fields: {} };
  const fields = { name, ...fieldsFor(kind, settings, {}, names) };
  const near = nearlyCalled(names, kind, name, scope);
  return {
    ...{ op: 'create', ref: { kind, id: name }, before: {}, fields },
    ...(scope === undefined ? {} : { scope }),
    ...(near === undefined ? {} : { note: `there is also ${near}` }),
  };
};

const changedFields = (before: Body, fields: Body): Body =>
  Object.fromEntries(Object.entries(fields).filter(([field, value]) => !sameField(field, value, before[field])));

/**
 * What has to be sent, each entry once, in the order of the requests. Settings of several requests for one entry add up.
 * @throws ToolError before anything is sent.
 */
export const planSteps = (aims: readonly Aim[], entries: readonly RegistryEntry[], names: Names): readonly Step[] => {
  const there = new Map(entries.map((entry) => [registryAddress(entry), entry.fields]));
  const steps = new Map<string, Step>();
  for (const aim of aims) {
    checkEntity(aim);
    const key = aim.op === 'create' ? pendingKey(aim.kind, aim.id) : registryAddress(aim);
    if (aim.op === 'create') {
      steps.set(key, createStep(aim, names));
      continue;
    }
    const ref = { kind: aim.kind, id: aim.id };
    const before = there.get(key);
    if (before === undefined) throw refusal('not_found', `There is no ${aim.kind} ${aim.id}`, ['ha_search finds what is there.']);
    if (aim.op === 'remove') steps.set(key, { op: 'remove', ref, before, fields: {} });
    else {
      const planned = steps.get(key)?.fields ?? {};
      const fields = fieldsFor(aim.kind, aim.settings, { ...before, ...planned }, names, aim.entity);
      steps.set(key, { op: 'update', ref, before, fields: changedFields(before, { ...planned, ...fields }) });
    }
  }
  return [...steps.values()];
};

/** Keys of all that the requests create. */
export const createdBy = (aims: readonly Aim[]): ReadonlySet<string> =>
  new Set(
    aims
      .filter(({ op }) => op === 'create')
      .map(({ kind, id }) => {
        const { scope, name } = kind === 'category' ? scoped(id) : { scope: '', name: id };
        return pendingKey(kind, name, scope);
      }),
  );
