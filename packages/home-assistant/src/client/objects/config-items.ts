import { firstAnswer, isToolError, refuse, ToolError, timePolicy } from '@switchyard-mcp/core';
import { textOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import type { Entity } from '../../domain/model.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { slugOf } from '../../domain/slug.ts';
import { cleanMessage } from '../map-error.ts';
import { substitute } from './blueprint-calls.ts';
import { type Access, bodyOf, issueOf, type Located, type ObjectStore, refusedBody, without } from './object-store.ts';

type Kind = 'automation' | 'script' | 'scene';

/** Platforms whose scenes are lines of scenes.yaml; those of others belong to an integration. */
const ownScenes = new Set(['homeassistant', 'scene']);

const files: Readonly<Record<Kind, string>> = { automation: 'automations.yaml', script: 'scripts.yaml', scene: 'scenes.yaml' };

/** Home Assistant's key of an item: what it was stored under, whatever its entity is called now. */
const keyOf = (kind: Kind, entity: Entity): string | undefined => {
  if (entity.uniqueId !== undefined) return entity.uniqueId;
  if (kind === 'script') return entity.entityId.slice('script.'.length);
  const id = entity.state?.attributes['id'];
  return typeof id === 'string' ? id : undefined;
};

const whereOf = (kind: Kind, key: string | undefined): string =>
  key === undefined
    ? `It has no id, so it lives in YAML (configuration.yaml or a package, under ${kind}:) and cannot be edited by the API.`
    : `It is not in ${files[kind]} but in other YAML (configuration.yaml or a package, under ${kind}:), so the API cannot edit it.`;

const fetchStored = async (kind: Kind, key: string, { rest, signal }: Access): Promise<Body | undefined> => {
  const answer = await rest.config({ method: 'GET', path: [kind, 'config', key], doing: `Reading ${kind} ${key}`, signal });
  return answer.status === 200 ? bodyOf(answer.body) : undefined;
};

/** What runs, whichever file it came from. */
const fetchRunning = async (kind: Kind, entityId: string, { socket, signal }: Access): Promise<Body | undefined> => {
  if (kind === 'scene') return undefined;
  try {
    const answer = await socket.command({ type: `${kind}/config`, entity_id: entityId }, { signal, doing: `Reading ${entityId}` });
    return bodyOf(bodyOf(answer)?.['config']);
  } catch (error) {
    if (isToolError(error) && (error.fields.code === 'not_found' || error.fields.code === 'unsupported')) return undefined;
    throw error;
  }
};

const read = async (kind: Kind, ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const entity = (await access.home()).entities.get(ref.id);
  if (!entity) return undefined;
  const key = keyOf(kind, entity);
  if (kind === 'scene' && entity.platform !== undefined && !ownScenes.has(entity.platform))
    throw refuse('unsupported', `${ref.id} has no body: it belongs to the integration ${entity.platform}.`, {
      next: ['Edit it in the app of that integration.'],
    });
  const stored = key === undefined ? undefined : await fetchStored(kind, key, access);
  if (stored && key !== undefined) return { ref, key, name: entity.name, body: stored };
  const running = await fetchRunning(kind, ref.id, access);
  if (running) return { ref, key: key ?? '', name: entity.name, body: running, where: whereOf(kind, key) };
  if (kind !== 'scene') return undefined;
  // A scene in YAML tells only which entities it sets.
  const entities = entity.state?.attributes['entity_id'];
  return { ref, key: key ?? '', name: entity.name, body: { name: entity.name, entities: entities ?? [] }, where: whereOf(kind, key) };
};

const post = async (kind: Kind, key: string, body: Body, { rest, signal }: Access): Promise<void> => {
  // A body with another id would be stored under that one and overwrite it.
  const sent = kind === 'script' ? without(body, 'id') : { ...body, id: key };
  const answer = await rest.config({ method: 'POST', path: [kind, 'config', key], body: sent, doing: `Saving ${kind} ${key}`, signal });
  if (answer.status === 200) return;
  throw refusedBody(kind, [issueOf((answer.message ?? `status ${answer.status}`).replace(/^Message malformed: /, ''), body)]);
};

/** A script is stored under its object id, the others under a number made from the time. */
const freshKey = (kind: Kind, ref: ObjectRef, { body, nowMs }: { readonly body: Body; readonly nowMs: number }): string => {
  const given = textOf(body, 'id');
  if (kind !== 'script') return given ?? String(nowMs);
  const name = ref.key || slugOf(textOf(body, 'alias') ?? '');
  if (name !== '') return name;
  throw refuse('invalid_input', 'A new script needs a name.', { next: ['Use id="script.its_name", or give it an alias.'] });
};

/** The entity that a stored item shows up as; Home Assistant adds it a moment after it stored the item. */
const entityOf = async (kind: Kind, key: string, access: Access): Promise<Entity | undefined> => {
  for (const entity of (await access.home()).entities.values())
    if (entity.domain === kind && entity.state !== undefined && keyOf(kind, entity) === key) return entity;
  return undefined;
};

const find = async (kind: Kind, key: string, access: Access): Promise<ObjectRef | undefined> => {
  const entity = await entityOf(kind, key, access);
  return entity && parseObjectRef(entity.entityId);
};

const create = async (kind: Kind, body: Body, own: string, access: Access): Promise<ObjectRef> => {
  if (await fetchStored(kind, own, access))
    throw refuse('conflict', `There is already a stored ${kind} with the id ${own.slice(0, 60)}.`, {
      next: [kind === 'script' ? 'Choose another name.' : 'Leave "id" out of the body; a new one is made.'],
    });
  await post(kind, own, body, access);
  const ref = await firstAnswer(() => find(kind, own, access), access);
  if (ref) return ref;
  throw new ToolError({
    code: 'upstream_error',
    what: `The ${kind} was stored under the id ${own.slice(0, 60)}, but no entity of it came up within ${timePolicy.settleMs / 1000} s.`,
    next: ['Look into the log of Home Assistant; ha_search finds the entity once it is there.'],
    retryable: false,
    sideEffects: 'done',
  });
};

const remove = async (kind: Kind, found: Located, { rest, signal }: Access): Promise<void> => {
  const answer = await rest.config({
    method: 'DELETE',
    path: [kind, 'config', found.key],
    doing: `Deleting ${found.ref.id}`,
    signal,
  });
  if (answer.status === 200) return;
  throw refuse(
    answer.status === 400 || answer.status === 404 ? 'not_found' : 'upstream_error',
    `Home Assistant did not delete ${found.ref.id}.`,
    { ...(answer.message === undefined ? {} : { why: answer.message }) },
  );
};

const parts: Readonly<Record<Exclude<Kind, 'scene'>, readonly (readonly [asked: string, keys: readonly string[]])[]>> = {
  automation: [
    ['triggers', ['triggers', 'trigger']],
    ['conditions', ['conditions', 'condition']],
    ['actions', ['actions', 'action']],
  ],
  script: [['actions', ['sequence']]],
};

const validate = async (kind: Kind, body: Body, access: Access): ReturnType<NonNullable<ObjectStore['validate']>> => {
  if (kind === 'scene') return [];
  const plain = body['use_blueprint'] === undefined ? body : await substitute(kind, body, access);
  const given = parts[kind].flatMap(([asked, keys]) => {
    const key = keys.find((each) => plain[each] !== undefined);
    return key === undefined ? [] : [{ asked, key }];
  });
  if (given.length === 0) return [];
  const answer = await access.socket.command(
    { type: 'validate_config', ...Object.fromEntries(given.map(({ asked, key }) => [asked, plain[key]])) },
    { signal: access.signal, doing: 'Validating' },
  );
  return given.flatMap(({ asked, key }) => {
    const verdict = bodyOf(bodyOf(answer)?.[asked]);
    const error = verdict?.['error'];
    return verdict?.['valid'] === false ? [issueOf(cleanMessage(String(error ?? 'invalid')), plain, [key])] : [];
  });
};

/** Automations, scripts or scenes: lines of a YAML file that Home Assistant's own editor keeps. */
export const configItemStore = (kind: Kind): ObjectStore => ({
  list: async (_ref, access) =>
    [...(await access.home()).entities.values()]
      .filter((entity) => entity.domain === kind)
      .map((entity) => ({ ref: parseObjectRef(entity.entityId), name: entity.name, editable: true })),
  read: (ref, access) => read(kind, ref, access),
  validate: (_ref, body, access) => validate(kind, body, access),
  newKey: (ref, body, access) => freshKey(kind, ref, { body, nowMs: access.clock.now() }),
  create: (ref, body, access, key) => create(kind, body, key ?? freshKey(kind, ref, { body, nowMs: access.clock.now() }), access),
  find: (_ref, key, access) => find(kind, key, access),
  replace: (found, body, access) => post(kind, found.key, body, access),
  remove: (found, access) => remove(kind, found, access),
});
