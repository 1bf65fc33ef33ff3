import { refuse, type ToolError } from '@switchyard-mcp/core';
import { type Renames, rewriteReferences } from './entity-references.ts';
import type { Home } from './model.ts';
import type { ObjectBody, Reference } from './object-operations.ts';
import { slugOf } from './slug.ts';

/** An object that names a renamed entity, and how its body will be. */
export interface RenameEdit {
  readonly object: ObjectBody;
  readonly body: ObjectBody['body'];
  readonly pointers: readonly string[];
}

/** Something that will keep the old id, and why. */
export interface LeftBehind {
  readonly id: string;
  readonly why: string;
}

export interface RenamePlan {
  readonly renames: Renames;
  readonly edits: readonly RenameEdit[];
  readonly left: readonly LeftBehind[];
  /** Objects with templates that put ids together from parts: nobody can see what they name. */
  readonly composed: readonly string[];
}

const idPattern = /^[a-z][a-z0-9_]*\.[a-z0-9]+(?:_+[a-z0-9]+)*$/;

const refusal = (code: 'invalid_input' | 'conflict', what: string, next: string): ToolError => refuse(code, `${what}.`, { next: [next] });

/** Refuses ids that Home Assistant would refuse, before anything is sent. @throws ToolError. */
export const checkRenames = (home: Home, renames: Renames): void => {
  const taken = new Set<string>();
  for (const [from, to] of renames) {
    if (!idPattern.test(to))
      throw refusal(
        'invalid_input',
        `"${to.slice(0, 80)}" is not a valid entity id`,
        'use lower case letters, digits and single underscores after the dot.',
      );
    const domain = from.slice(0, from.indexOf('.'));
    if (!to.startsWith(`${domain}.`))
      throw refusal('invalid_input', `${from} stays a ${domain}; ${to} is none`, `choose an id that begins with ${domain}.`);
    if (home.entities.has(to) || taken.has(to)) throw refusal('conflict', `${to} is taken`, 'choose another id, or rename that one first.');
    taken.add(to);
  }
};

/** New ids for the entities of a device whose own begin with its old name. */
export const deviceRenames = (
  home: Home,
  deviceId: string,
  newName: string,
): { readonly renames: Renames; readonly kept: readonly string[] } => {
  const [oldSlug, newSlug] = [slugOf(home.devices.get(deviceId)?.name ?? ''), slugOf(newName)];
  if (newSlug === '')
    throw refusal('invalid_input', `No id can be made from "${newName.slice(0, 60)}"`, 'give each entity a new_id instead.');
  const renames = new Map<string, string>();
  const kept: string[] = [];
  for (const { entityId, deviceId: of } of home.entities.values()) {
    if (of !== deviceId) continue;
    const at = entityId.indexOf('.') + 1;
    const object = entityId.slice(at);
    const follows = oldSlug !== '' && (object === oldSlug || object.startsWith(`${oldSlug}_`));
    if (follows && oldSlug !== newSlug) renames.set(entityId, `${entityId.slice(0, at)}${newSlug}${object.slice(oldSlug.length)}`);
    else kept.push(entityId);
  }
  if (renames.size === 0)
    throw refusal(
      'invalid_input',
      `No entity id of this device follows its name${kept.length > 0 ? `: ${kept.slice(0, 5).join(', ')}` : ''}`,
      'leave rename_entities out, or give each entity a new_id.',
    );
  return { renames, kept };
};

/** Groups and scenes whose members say that they name an entity, though their bodies were not among those that can be read. */
const unreadableGroups = (home: Home, renames: Renames, known: ReadonlySet<string>): readonly LeftBehind[] =>
  [...home.entities.values()].flatMap(({ entityId, domain, platform, registered, state }) => {
    const members = state?.attributes['entity_id'];
    const isGroup = domain === 'group' || domain === 'scene' || platform === 'group' || !registered;
    if (!isGroup || known.has(entityId) || !Array.isArray(members) || !members.some((id) => renames.has(id))) return [];
    return [{ id: entityId, why: 'defined in YAML files' }];
  });

export interface RenameSources {
  readonly home: Home;
  readonly bodies: readonly ObjectBody[];
  /** Who Home Assistant itself says refers to the entities. */
  readonly referrers: readonly Reference[];
  /** Objects that can be read but not written, with the reason. */
  readonly readOnly: ReadonlyMap<string, string>;
}

/** Kinds whose references come and go with the entity itself. */
const own = new Set(['entity', 'device', 'area', 'floor', 'label', 'integration', 'config_entry']);

/** What a rename has to rewrite and what it cannot. Pure: it sees only what it is given. */
export const planRename = (renames: Renames, { home, bodies, referrers, readOnly }: RenameSources): RenamePlan => {
  const edits: RenameEdit[] = [];
  const left = new Map<string, string>();
  const composed: string[] = [];
  const needles = [...renames.keys()].map((id) => id.slice(id.indexOf('.') + 1));
  const domains = [...renames.keys()].map((id) => id.slice(0, id.indexOf('.') + 1));
  for (const object of bodies) {
    const text = JSON.stringify(object.body).toLowerCase();
    // Most bodies name none of them: a search in the text is far cheaper than a walk.
    if (!needles.some((needle) => text.includes(needle)) && !domains.some((domain) => text.includes(domain))) continue;
    const { body, references, clashes, composed: parts, complete } = rewriteReferences(object.body, renames);
    if (parts.length > 0) composed.push(object.ref.id);
    if (!complete) left.set(object.ref.id, 'is nested too deep to be looked through');
    if (references.length === 0 || !complete) continue;
    const why = clashes.length > 0 ? `names the new id too, at ${clashes[0]}` : readOnly.get(object.ref.id);
    if (why !== undefined) left.set(object.ref.id, why);
    else edits.push({ object, body: body as ObjectBody['body'], pointers: references.map(({ pointer }) => pointer) });
  }
  const known = new Set([...edits.map(({ object }) => object.ref.id), ...left.keys(), ...renames.keys()]);
  for (const { id, why } of unreadableGroups(home, renames, known)) left.set(id, why);
  for (const { id, kind } of referrers)
    if (!known.has(id) && !left.has(id) && !own.has(kind)) left.set(id, 'names it in a way that cannot be rewritten from here');
  return { renames, edits, left: [...left].map(([id, why]) => ({ id, why })), composed };
};
