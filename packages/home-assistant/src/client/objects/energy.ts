import { isToolError } from '@switchyard-mcp/core';
import type { Body } from '../../domain/body.ts';
import type { ObjectRef } from '../../domain/object-ref.ts';
import { type Access, bodyOf, issueOf, type Located, type ObjectStore, refusedBody } from './object-store.ts';

const save = async (body: Body, { socket, signal }: Access): Promise<void> => {
  try {
    await socket.command({ type: 'energy/save_prefs', ...body }, { signal, write: true, doing: 'Saving the energy settings' });
  } catch (error) {
    if (!isToolError(error) || error.fields.code !== 'invalid_input') throw error;
    throw refusedBody('energy settings', [issueOf((error.fields.why ?? 'invalid').replace(/\. Got .*$/s, ''), body)]);
  }
};

/** Empty lists are how nothing looks: Home Assistant cannot forget that it was set up once. */
const isEmpty = (body: Body): boolean => Object.values(body).every((value) => Array.isArray(value) && value.length === 0);

const read = async (ref: ObjectRef, { socket, signal }: Access): Promise<Located | undefined> => {
  try {
    const body = bodyOf(await socket.command({ type: 'energy/get_prefs' }, { signal, doing: 'Reading the energy settings' }));
    return body && !isEmpty(body) ? { ref, key: ref.key, name: 'Energy settings', body } : undefined;
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

/** Lists that the new body leaves out are emptied, not kept. */
const emptied = (body: Body): Body => Object.fromEntries(Object.keys(body).map((key) => [key, []]));

/** The settings of the energy dashboard; there is one of them. */
export const energyStore: ObjectStore = {
  list: async (ref, access) => {
    const found = await read(ref, access);
    return found ? [{ ref, name: found.name, editable: true }] : [];
  },
  read,
  newKey: (ref) => ref.key,
  create: async (ref, body, access) => {
    await save(body, access);
    return ref;
  },
  find: async (ref, _key, access) => (await read(ref, access))?.ref,
  replace: (found, body, access) => save({ ...emptied(found.body), ...body }, access),
  remove: (found, access) => save(emptied(found.body), access),
};
