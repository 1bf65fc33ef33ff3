import { firstAnswer, isToolError, ToolError } from '@switchyard-mcp/core';
import { recordsIn, textOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { type Access, bodyOf, issueOf, type Located, type ObjectStore, refusedBody, without } from './object-store.ts';

/** The items that Home Assistant keeps in its own storage; those of YAML files are not among them. */
const itemsOf = async (domain: string, { socket, signal }: Access): Promise<readonly Body[]> => {
  const answer = await socket.command({ type: `${domain}/list` }, { signal, doing: `Reading ${domain}` });
  // People come as {storage, config}.
  return recordsIn(bodyOf(answer)?.['storage'] ?? answer);
};

const send = async (domain: string, act: string, message: Body, { socket, signal }: Access): Promise<unknown> => {
  const doing = `${act === 'delete' ? 'Deleting' : 'Saving'} the ${domain}`;
  try {
    return await socket.command({ type: `${domain}/${act}`, ...message }, { signal, write: true, doing });
  } catch (error) {
    if (!isToolError(error) || error.fields.code !== 'invalid_input') throw error;
    throw refusedBody(domain, [issueOf((error.fields.why ?? 'invalid').replace(/\. Got .*$/s, ''), message)]);
  }
};

const whereOf = (ref: ObjectRef): string =>
  ref.id === 'zone.home'
    ? 'It is the place of the home itself, set under Settings → System → General.'
    : `It lives in YAML (configuration.yaml or a package, under ${ref.domain}:), so the API cannot edit it.`;

const keyOf = async (ref: ObjectRef, access: Access): Promise<string | undefined> => {
  const entity = (await access.home()).entities.get(ref.id);
  if (!entity) return undefined;
  const id = entity.state?.attributes['id'];
  return entity.uniqueId ?? (typeof id === 'string' ? id : ref.key);
};

const toLocated = (ref: ObjectRef, item: Body): Located => ({
  ref,
  key: textOf(item, 'id') ?? '',
  name: textOf(item, 'name') ?? ref.key,
  body: without(item, 'id'),
});

const read = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const key = await keyOf(ref, access);
  if (key === undefined) return undefined;
  const item = (await itemsOf(ref.domain, access)).find((each) => each['id'] === key);
  if (item) return toLocated(ref, item);
  const entity = (await access.home()).entities.get(ref.id);
  if (!entity?.state) return undefined;
  const { friendly_name: name, editable: _editable, ...attributes } = entity.state.attributes;
  return { ref, key, name: entity.name, body: { name, ...attributes }, where: whereOf(ref) };
};

const entityWith = async (domain: string, key: string, access: Access): Promise<ObjectRef | undefined> => {
  for (const entity of (await access.home()).entities.values())
    if (entity.domain === domain && entity.platform === domain && entity.uniqueId === key) return parseObjectRef(entity.entityId);
  return undefined;
};

/** The name from which Home Assistant makes a key: only so can a removed item come back under its old one. */
const nameFor = (key: string | undefined, body: Body): unknown => (key === undefined ? body['name'] : key.replaceAll('_', ' '));

const create = async (ref: ObjectRef, body: Body, access: Access, key?: string): Promise<ObjectRef> => {
  const item = bodyOf(await send(ref.domain, 'create', { ...body, name: nameFor(key, body) }, access));
  const made = item === undefined ? undefined : textOf(item, 'id');
  if (made !== undefined && key !== undefined)
    await update(ref.domain, made, body, access).catch(async (error: unknown) => {
      // One that has only its name is worse than none.
      if (!isToolError(error) || error.fields.sideEffects !== 'none') throw error;
      await send(ref.domain, 'delete', { [`${ref.domain}_id`]: made }, access).catch(() => {
        throw new ToolError({
          ...error.fields,
          what: `A new ${ref.domain} (${made}) was stored with its name alone, and could not be taken away again.`,
          sideEffects: 'done',
        });
      });
      throw error;
    });
  const found =
    made === undefined ? undefined : await firstAnswer(() => entityWith(ref.domain, made, access).catch(() => undefined), access);
  return found ?? parseObjectRef(`${ref.domain}.${made ?? ref.key}`);
};

/** Everything is sent: what a body leaves out would keep its old value in some kinds, and its default in others. */
const update = async (domain: string, key: string, body: Body, access: Access): Promise<void> => {
  await send(domain, 'update', { [`${domain}_id`]: key, ...body }, access);
};

/** Helpers, people and zones that were made in the user interface. */
export const storageItemStore: ObjectStore = {
  list: async (ref, access) => {
    const stored = new Set((await itemsOf(ref.domain, access)).map((item) => item['id']));
    return [...(await access.home()).entities.values()]
      .filter((entity) => entity.domain === ref.domain)
      .map((entity) => ({ ref: parseObjectRef(entity.entityId), name: entity.name, editable: stored.has(entity.uniqueId) }));
  },
  read,
  create,
  find: (ref, key, access) => entityWith(ref.domain, key, access),
  replace: (found, body, access) => update(found.ref.domain, found.key, body, access),
  remove: async (found, access) => {
    await send(found.ref.domain, 'delete', { [`${found.ref.domain}_id`]: found.key }, access);
  },
};
