import { isToolError, refuse } from '@switchyard-mcp/core';
import { isRecord, textOf } from '@switchyard-mcp/core/json';
import { inputTag } from '../../domain/blueprint-inputs.ts';
import type { Body } from '../../domain/body.ts';
import { type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { parseYaml, writeYaml } from '../../format/yaml.ts';
import { type Access, bodyOf, type Located, type ObjectStore } from './object-store.ts';

const domains = ['automation', 'script'] as const;

const allOf = async (domain: string, { socket, signal }: Access): Promise<Body> =>
  bodyOf(await socket.command({ type: 'blueprint/list', domain }, { signal, doing: 'Reading the blueprints' })) ?? {};

/** Inputs may lie in sections; a section has inputs of its own. */
const inputNames = (inputs: unknown): readonly string[] =>
  isRecord(inputs)
    ? Object.entries(inputs).flatMap(([name, input]) => (isRecord(input) && isRecord(input['input']) ? inputNames(input['input']) : [name]))
    : [];

const marker = (name: string): string => `\u0001${name}\u0001`;

/** Where an input was put in, it becomes visible as one again. */
const withInputs = (value: unknown): unknown => {
  if (typeof value === 'string') {
    const name = /^\u0001([^\u0001]*)\u0001$/.exec(value)?.[1];
    return name === undefined ? value : { [inputTag]: name };
  }
  if (Array.isArray(value)) return value.map(withInputs);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withInputs(item)])) : value;
};

/** Home Assistant gives out a blueprint's head, and its rest only with inputs put in: so marks are put in and turned back. */
const read = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const row = bodyOf((await allOf(ref.domain, access))[ref.key]);
  if (!row) return undefined;
  const head = bodyOf(row['metadata']);
  if (!head)
    throw refuse('upstream_error', `Home Assistant cannot read the blueprint ${ref.key}.`, { next: ['Replace it, or mend the file.'] });
  const input = Object.fromEntries(inputNames(head['input']).map((name) => [name, marker(name)]));
  const answer = await access.socket.command(
    { type: 'blueprint/substitute', domain: ref.domain, path: ref.key, input },
    { signal: access.signal, doing: `Reading ${ref.id}` },
  );
  const rest = bodyOf(withInputs(bodyOf(answer)?.['substituted_config'])) ?? {};
  return { ref, key: ref.key, name: textOf(head, 'name') ?? ref.key, body: { blueprint: head, ...rest } };
};

const save = async (ref: ObjectRef, body: Body, override: boolean, { socket, signal }: Access): Promise<void> => {
  const message = { domain: ref.domain, path: ref.key, yaml: await writeYaml(body), ...(override ? { allow_override: true } : {}) };
  await socket.command({ type: 'blueprint/save', ...message }, { signal, write: true, doing: `Saving ${ref.id}` });
};

const create = async (ref: ObjectRef, body: Body, access: Access): Promise<ObjectRef> => {
  if (ref.key === '')
    throw refuse('invalid_input', 'A new blueprint needs a path.', { next: [`Use id="blueprint:${ref.domain}/folder/name.yaml".`] });
  await save(ref, body, false, access);
  return ref;
};

const remove = async (found: Located, { socket, signal }: Access): Promise<void> => {
  try {
    await socket.command(
      { type: 'blueprint/delete', domain: found.ref.domain, path: found.ref.key },
      { signal, write: true, doing: `Deleting ${found.ref.id}` },
    );
  } catch (error) {
    if (!isToolError(error) || !/in use/i.test(error.fields.why ?? '')) throw error;
    throw refuse('conflict', `${found.ref.id} is in use, and Home Assistant keeps it.`, {
      next: [`ha_edit take_control=true turns an automation of it into a plain one; then delete again.`],
    });
  }
};

/** Blueprints: files that Home Assistant fetches, checks and keeps. */
export const blueprintStore: ObjectStore = {
  list: async (ref, access) => {
    const wanted = ref.domain === 'blueprint' ? domains : [ref.domain];
    const lists = await Promise.all(wanted.map(async (domain) => [domain, await allOf(domain, access)] as const));
    return lists.flatMap(([domain, list]) =>
      Object.entries(list).map(([path, row]) => ({
        ref: parseObjectRef(`blueprint:${domain}/${path}`),
        name: (isRecord(row) && isRecord(row['metadata']) ? textOf(row['metadata'], 'name') : undefined) ?? path,
        editable: true,
      })),
    );
  },
  read,
  validate: async (_ref, body) =>
    isRecord(body['blueprint']) ? [] : [{ path: '/blueprint', got: 'nothing', expected: 'the head of a blueprint: name, domain, input' }],
  newKey: (ref) => ref.key,
  create,
  find: async (ref, _key, access) => (await read(ref, access))?.ref,
  replace: (found, body, access) => save(found.ref, body, true, access),
  remove,
};

/** What is at an address: Home Assistant fetches it, and nothing is stored yet. */
export const fetchBlueprint = async (url: string, { socket, signal }: Access): Promise<{ ref: ObjectRef; body: Body }> => {
  const answer =
    bodyOf(await socket.command({ type: 'blueprint/import', url }, { signal, doing: 'Fetching the blueprint', timeoutMs: 30_000 })) ?? {};
  const head = bodyOf(bodyOf(answer['blueprint'])?.['metadata']) ?? {};
  const body = bodyOf(await parseYaml(textOf(answer, 'raw_data') ?? ''));
  const path = (textOf(answer, 'suggested_filename') ?? 'imported').replace(/\.yaml$/, '');
  const domain = textOf(head, 'domain') ?? 'automation';
  if (!body) throw refuse('upstream_error', 'There is no blueprint at that address.');
  // Home Assistant remembers where it came from, to fetch it again.
  const own = bodyOf(body['blueprint']) ?? {};
  return {
    ref: parseObjectRef(`blueprint:${domain}/${path}`),
    body: { ...body, blueprint: { ...own, source_url: own['source_url'] ?? url } },
  };
};
