import { firstAnswer, isToolError, nearMisses, refuse, ToolError } from '@switchyard-mcp/core';
import { recordsIn, textOf, textsOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import { flowHelpers, type ObjectRef, parseObjectRef } from '../../domain/object-ref.ts';
import { sameJson } from '../../domain/same-json.ts';
import { answerStep, askedOf, endFlow, type FlowField, type FlowStep, startFlow, valuesOf } from './flow-steps.ts';
import { type Access, bodyOf, type Located, type ObjectStore, refusedBody, without } from './object-store.ts';

/** Keys of a body that are not fields of a form: the kind of helper, its entry's title, and the choice of its menu. */
const ownKeys = ['helper', 'name', 'type_of'] as const;
const maxSteps = 8;

interface Entry {
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
}

const toEntry = (raw: Body): Entry => ({
  entryId: textOf(raw, 'entry_id') ?? '',
  domain: textOf(raw, 'domain') ?? '',
  title: textOf(raw, 'title') ?? '',
});

const entryOf = async (entryId: string, { socket, signal }: Access): Promise<Entry | undefined> => {
  try {
    const answer = await socket.command({ type: 'config_entries/get_single', entry_id: entryId }, { signal, doing: 'Reading the helper' });
    const raw = bodyOf(bodyOf(answer)?.['config_entry']);
    return raw && toEntry(raw);
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

const entryIdOf = async (ref: ObjectRef, { socket, signal }: Access): Promise<string | undefined> => {
  try {
    const entry = await socket.command({ type: 'config/entity_registry/get', entity_id: ref.id }, { signal, doing: `Reading ${ref.id}` });
    return textOf(bodyOf(entry) ?? {}, 'config_entry_id');
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

/** A form of a menu's choice is named after it; "init" and "user" are the names of forms that follow no menu. */
const choiceOf = (step: FlowStep): string | undefined => (['init', 'user', ''].includes(step.stepId) ? undefined : step.stepId);

/** Asks for the first step of a form, and gives it up unanswered. */
const peek = async (kind: 'flow' | 'options/flow', handler: string, choice: string | undefined, access: Access): Promise<FlowStep> => {
  const first = await startFlow(kind, handler, access);
  try {
    return first.type === 'menu' && choice !== undefined ? await answerStep(kind, first, { next_step_id: choice }, access) : first;
  } finally {
    await endFlow(kind, first.flowId, access);
  }
};

const read = async (ref: ObjectRef, access: Access): Promise<Located | undefined> => {
  const entryId = await entryIdOf(ref, access);
  const entry = entryId === undefined ? undefined : await entryOf(entryId, access);
  if (!entry) {
    const entity = (await access.home()).entities.get(ref.id);
    if (!entity || entity.platform === undefined) return undefined;
    const where = `It lives in YAML (configuration.yaml or a package, under ${entity.platform}:), so the API neither shows nor edits its settings.`;
    return { ref, key: '', name: entity.name, body: { helper: entity.platform, name: entity.name }, where };
  }
  // The form is the only place that tells the settings.
  const step = await peek('options/flow', entry.entryId, undefined, access);
  const choice = choiceOf(step);
  const own = { helper: entry.domain, name: entry.title, ...(choice === undefined ? {} : { type_of: choice }) };
  return { ref, key: entry.entryId, name: entry.title, body: { ...own, ...valuesOf(step.fields) } };
};

const leftover = (body: Body, used: ReadonlySet<string>): readonly string[] =>
  Object.keys(body).filter((key) => !used.has(key) && !(ownKeys as readonly string[]).includes(key));

const unknownFields = (keys: readonly string[], body: Body, asked: readonly string[]): ToolError =>
  refusedBody(
    'helper',
    keys.map((key) => ({
      path: `/${key}`,
      got: JSON.stringify(body[key])?.slice(0, 60) ?? 'nothing',
      expected: `one of its fields: ${(nearMisses(key, asked, 3).length > 0 ? nearMisses(key, asked, 3) : asked).slice(0, 12).join(', ')}`,
    })),
    `its fields are ${asked.slice(0, 30).join(', ')}; correct the body and call again.`,
  );

const chosen = (step: FlowStep, body: Body): string => {
  const choice = textOf(body, 'type_of');
  if (choice !== undefined && step.menu.includes(choice)) return choice;
  throw refusedBody(
    'helper',
    [{ path: '/type_of', got: JSON.stringify(choice) ?? 'nothing', expected: `one of ${step.menu.slice(0, 20).join(', ')}` }],
    'add type_of and call again; if fields of its form are missing then, they are named.',
  );
};

/** Walks a flow to its end. @returns the last step and the fields that were asked on the way. */
const walk = async (
  kind: 'flow' | 'options/flow',
  first: FlowStep,
  body: Body,
  access: Access,
): Promise<{ last: FlowStep; asked: ReadonlySet<string> }> => {
  const asked = new Set<string>();
  let step = first;
  for (let count = 0; count < maxSteps && (step.type === 'form' || step.type === 'menu'); count += 1) {
    if (step.type === 'menu') step = await answerStep(kind, step, { next_step_id: chosen(step, body) }, access);
    else {
      for (const field of step.fields) asked.add(field.name);
      step = await answerStep(kind, step, askedOf(step.fields, body), access);
    }
  }
  return { last: step, asked };
};

/** The entities that an entry made. */
const entitiesOf = async (entryId: string, { socket, signal }: Access): Promise<readonly string[]> => {
  const answer = await socket.command(
    { type: 'search/related', item_type: 'config_entry', item_id: entryId },
    { signal, doing: 'Reading the entities of the helper' },
  );
  return textsOf(bodyOf(answer) ?? {}, 'entity');
};

const refOf = async (entryId: string, domain: string, access: Access): Promise<ObjectRef | undefined> => {
  const home = await access.home();
  for (const id of await entitiesOf(entryId, access)) if (home.entities.get(id)?.platform === domain) return parseObjectRef(id);
  return undefined;
};

const removeEntry = async (entryId: string, { rest, signal }: Access): Promise<void> => {
  const answer = await rest.config({ method: 'DELETE', path: ['config_entries', 'entry', entryId], doing: 'Deleting the helper', signal });
  if (answer.status === 200) return;
  throw refuse('not_found', 'Home Assistant knows no such helper.');
};

/** Which kind of helper a new one is: that of the address, or what the body says. */
const kindOfNew = (ref: ObjectRef, body: Body): string => {
  const kind = textOf(body, 'helper') ?? (ref.kind === 'helper' ? ref.domain : undefined);
  if (kind !== undefined) return kind;
  throw refusedBody('helper', [{ path: '/helper', got: 'nothing', expected: `the kind of helper: ${[...flowHelpers].join(', ')}` }]);
};

const create = async (ref: ObjectRef, body: Body, access: Access): Promise<ObjectRef> => {
  const domain = kindOfNew(ref, body);
  const first = await startFlow('flow', domain, access);
  let entryId: string | undefined;
  try {
    const { last, asked } = await walk('flow', first, body, access);
    entryId = last.entryId;
    const extra = leftover(body, asked);
    if (entryId !== undefined && extra.length > 0) {
      // Whether a field belongs to a later form is only known at the end; a helper that ignores what was asked for must not stay.
      await removeEntry(entryId, access).catch(() => {
        throw new ToolError({
          code: 'invalid_input',
          what: `The helper was stored (entry ${entryId}) without ${extra.slice(0, 5).join(', ')}, and could not be taken away again.`,
          next: ['ha_integration op="remove" with this entry as id.'],
          sideEffects: 'done',
        });
      });
      throw unknownFields(extra, body, [...asked]);
    }
    if (entryId === undefined)
      throw refuse(
        'unsupported',
        `The form of ${domain.slice(0, 40)} ended with ${last.type}${last.reason ? ` (${last.reason.slice(0, 60)})` : ''}.`,
        { next: ['ha_integration leads through flows step by step.'] },
      );
  } catch (error) {
    if (entryId === undefined) await endFlow('flow', first.flowId, access);
    throw error;
  }
  const made = entryId;
  const found = await firstAnswer(() => refOf(made, domain, access).catch(() => undefined), access);
  if (found) return found;
  throw new ToolError({
    code: 'upstream_error',
    what: `The helper was stored (entry ${made}), but no entity of it could be seen.`,
    next: ['Look into the log of Home Assistant.'],
    sideEffects: 'done',
  });
};

/** Fields that the form of a new one asks for and that of the old one does not show. */
const hiddenSettings = async ({ key, body }: Located, access: Access): Promise<readonly string[]> => {
  const asked = await peek('flow', textOf(body, 'helper') ?? '', textOf(body, 'type_of'), access);
  const shown = new Set((await peek('options/flow', key, undefined, access)).fields.map(({ name }) => name));
  return asked.fields.flatMap(({ name }) => (name === 'name' || shown.has(name) || body[name] !== undefined ? [] : [name]));
};

const setTitle = async (entryId: string, title: string, { socket, signal }: Access): Promise<void> => {
  await socket.command({ type: 'config_entries/update', entry_id: entryId, title }, { signal, write: true, doing: 'Renaming the helper' });
};

const fixed = (found: Located, body: Body): void => {
  const changed = (['helper', 'type_of'] as const).filter((key) => body[key] !== undefined && body[key] !== found.body[key]);
  if (changed.length === 0) return;
  throw refusedBody(
    'helper',
    changed.map((key) => ({
      path: `/${key}`,
      got: JSON.stringify(body[key]) ?? '',
      expected: `${JSON.stringify(found.body[key])}; the kind of a helper stays`,
    })),
  );
};

/** A field that was taken out of the body goes back to nothing: the form keeps only what it is sent. */
const replace = async (found: Located, body: Body, access: Access): Promise<void> => {
  fixed(found, body);
  const first = await startFlow('options/flow', found.key, access);
  try {
    const names = new Set(first.fields.map((field: FlowField) => field.name));
    const extra = leftover(body, names);
    if (extra.length > 0) throw unknownFields(extra, body, [...names]);
    if (!sameJson(without(found.body, ...ownKeys), without(body, ...ownKeys))) {
      const { last } = await walk('options/flow', first, body, access);
      if (last.type !== 'create_entry')
        throw new ToolError({ code: 'unsupported', what: `The form ended with ${last.type}.`, sideEffects: 'unknown' });
    } else await endFlow('options/flow', first.flowId, access);
  } catch (error) {
    await endFlow('options/flow', first.flowId, access);
    throw error;
  }
  const title = textOf(body, 'name');
  if (title !== undefined && title !== found.name) await setTitle(found.key, title, access);
};

const list = async (ref: ObjectRef, access: Access): Promise<Awaited<ReturnType<ObjectStore['list']>>> => {
  const { socket, signal } = access;
  const filter = flowHelpers.has(ref.domain) ? { domain: ref.domain } : { type_filter: ['helper'] };
  const entries = recordsIn(await socket.command({ type: 'config_entries/get', ...filter }, { signal, doing: 'Reading the helpers' }));
  const platforms = new Set(entries.map((entry) => textOf(entry, 'domain')));
  return [...(await access.home()).entities.values()]
    .filter(({ platform }) => platform !== undefined && platforms.has(platform) && flowHelpers.has(platform))
    .map((entity) => ({ ref: parseObjectRef(entity.entityId), name: entity.name, editable: true }));
};

/** Helpers that are config entries: template, group, min_max and their kind. */
export const flowHelperStore: ObjectStore = {
  list,
  read,
  create,
  find: async (ref, key, access) => {
    const entry = await entryOf(key, access);
    return entry && refOf(key, entry.domain, { ...access }).then((found) => found ?? (ref.key === '' ? undefined : ref));
  },
  hiddenSettings,
  replace,
  remove: (found, access) => removeEntry(found.key, access),
};
