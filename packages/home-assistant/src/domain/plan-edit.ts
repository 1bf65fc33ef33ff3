import { foldText, type InputIssue, isToolError, refuse, type ToolError, walkDepth } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { keysNamed, type UnknownThing, unknownIn } from './check-references.ts';
import { applyPatch, type PatchOperation } from './json-patch.ts';
import type { StoredObject } from './object-operations.ts';
import { type ObjectRef, requireRealKey } from './object-ref.ts';
import type { HomeOperations } from './operations.ts';
import { sameJson } from './same-json.ts';
import { scanReferences } from './scan-references.ts';

/** What somebody wants an object to become. */
export interface Wish {
  readonly ref: ObjectRef;
  /** The whole new body; absent when there is a patch. */
  readonly body?: Body | undefined;
  readonly patch?: readonly PatchOperation[] | undefined;
  /** Beginning of the hash that the object must still have. */
  readonly hash?: string | undefined;
  readonly allowUnknown: boolean;
}

export interface EditPlan {
  readonly ref: ObjectRef;
  readonly before?: StoredObject | undefined;
  readonly after: Body;
  readonly expected: string | 'absent';
  readonly notes: readonly string[];
}

const existing = async (ref: ObjectRef, operations: HomeOperations, signal: AbortSignal): Promise<StoredObject | undefined> => {
  if (ref.key === '') return undefined;
  try {
    return await operations.objects.read(ref, signal);
  } catch (error) {
    if (isToolError(error) && error.fields.code === 'not_found') return undefined;
    throw error;
  }
};

/** What the reply of a reading put in place of secrets and of long texts must not come back as if it were the body. */
const refuseMasks = (body: Body, before: Body | undefined): void => {
  const pattern = /\[redacted\]|… \(\d+ (?:more )?characters\)/;
  const text = JSON.stringify(body);
  if (!pattern.test(text) || (before && pattern.test(JSON.stringify(before)))) return;
  throw refuse('invalid_input', 'The body holds "[redacted]" or a shortened text from an earlier reply.', {
    next: ['Change single values with patch instead of sending the whole body back.'],
  });
};

/** A body under another's id would overwrite that one. */
const ownId = (body: Body, before: StoredObject | undefined): Body => {
  const own = before?.body['id'];
  if (own === undefined || body['id'] === own) return body;
  if (body['id'] === undefined) return { id: own, ...body };
  throw refuse('invalid_input', `The id in the body is not that of ${before?.ref.id ?? 'the object'}.`, {
    issues: [{ path: '/id', got: JSON.stringify(body['id']).slice(0, 60), expected: String(own) }],
    next: ['Leave the id as it is; a new object is made without one.'],
  });
};

const nameKeys: Readonly<Record<string, string>> = { automation: 'alias', script: 'alias', scene: 'name', helper: 'name' };

/** Home Assistant makes a second one of the same name without a word. */
const sameName = async (ref: ObjectRef, body: Body, operations: HomeOperations, signal: AbortSignal): Promise<readonly string[]> => {
  const wanted = body[nameKeys[ref.kind] ?? ''];
  if (typeof wanted !== 'string') return [];
  const home = await operations.home(signal);
  const twins = [...home.entities.values()].filter(
    (entity) =>
      (ref.kind !== 'helper' || entity.domain === ref.domain || entity.platform === ref.domain) &&
      foldText(entity.name) === foldText(wanted),
  );
  const [twin] = twins.filter((entity) => ref.kind === 'helper' || entity.domain === ref.domain);
  if (!twin) return [];
  const said = `${twin.entityId} is called "${wanted.slice(0, 60)}" already`;
  if (ref.key !== '') return [said];
  if (ref.kind === 'helper')
    throw refuse('conflict', `"${wanted.slice(0, 60)}" exists already as ${twin.entityId}; nothing to do.`, {
      next: [`To change it, give its id; when a second one is meant: id="${ref.domain}.a_new_name".`],
    });
  throw refuse('conflict', `${said}.`, {
    next: [`Edit that one with its hash, choose another name, or say that a second one is meant: id="${ref.domain}.a_new_name".`],
  });
};

const refuseUnknown = (unknown: readonly UnknownThing[]): ToolError =>
  refuse(
    'not_found',
    `The body names ${unknown
      .slice(0, 4)
      .map(({ kind, id }) => (kind === 'service' ? `the action ${id}` : kind === 'entity' ? id : `the ${kind} ${id}`))
      .join(', ')}${unknown.length > 4 ? ` and ${unknown.length - 4} more` : ''}, which this home does not have.`,
    {
      issues: unknown
        .slice(0, 6)
        .map(({ at, id, near }) => ({ path: at, got: id, expected: near.length > 0 ? near.join(', ') : 'something that exists' })),
      next: ['Correct the names, or set allow_unknown=true if they will exist later.'],
    },
  );

const unknownNote = (unknown: readonly UnknownThing[]): readonly string[] =>
  unknown.length === 0
    ? []
    : [
        `unknown here: ${unknown
          .slice(0, 4)
          .map(({ id }) => id)
          .join(', ')}`,
      ];

const checkNames = async (wish: Wish, plan: EditPlan, operations: HomeOperations, signal: AbortSignal): Promise<readonly string[]> => {
  // A blueprint names only what its inputs will be.
  if (wish.ref.kind === 'blueprint') return [];
  const [home, services] = [await operations.home(signal), await operations.services(signal)];
  const ignore = new Set([...keysNamed(plan.before?.body), `entity ${wish.ref.id}`]);
  const unknown = unknownIn(plan.after, { home, services, ignore });
  if (unknown.length > 0 && !wish.allowUnknown) throw refuseUnknown(unknown);
  // What was not checked is said: nobody may take it for checked.
  const unseen = scanReferences(plan.after).complete ? [] : [`names deeper than ${walkDepth} levels were not checked`];
  return [...unknownNote(unknown), ...unseen];
};

const refuseInvalid = (ref: ObjectRef, issues: readonly InputIssue[]): ToolError =>
  refuse('invalid_input', `Home Assistant would not take this ${ref.kind}.`, {
    issues,
    next: ['Correct the body and call again; ha_describe_action tells the fields of an action.'],
  });

const newBody = (wish: Wish, before: StoredObject | undefined): Body => {
  const { ref, body, patch, hash } = wish;
  if (patch !== undefined) {
    if (body !== undefined) throw refuse('invalid_input', 'Give config or patch, not both.');
    if (!before) throw refuse('not_found', `${ref.id} does not exist, so it cannot be patched.`);
    return applyPatch(before.body, patch);
  }
  if (body === undefined)
    throw refuse('invalid_input', 'There is nothing to do: give config or patch.', {
      next: ['config is the whole body, patch changes parts of it.'],
    });
  if (before && hash === undefined)
    throw refuse('conflict', `${ref.id} exists already.`, {
      next: [`To replace it, read it with ha_get_config and give its hash; to change parts, use patch.`],
    });
  return body;
};

/**
 * What an edit would do, checked: against the home, against Home Assistant's own rules and against what is there now.
 * Only reads. @throws ToolError for everything that speaks against it.
 */
export const planEdit = async (wish: Wish, operations: HomeOperations, signal: AbortSignal): Promise<EditPlan> => {
  const { ref } = wish;
  const before = await existing(ref, operations, signal);
  if (!before) requireRealKey(ref);
  const raw = newBody(wish, before);
  refuseMasks(raw, before?.body);
  const after = ownId(raw, before);
  const plan: EditPlan = { ref: before?.ref ?? ref, before, after, expected: wish.hash ?? before?.hash ?? 'absent', notes: [] };
  if (before && sameJson(before.body, after)) return plan;
  const twins = before ? [] : await sameName(ref, after, operations, signal);
  const unknown = await checkNames(wish, plan, operations, signal);
  const issues = await operations.objects.validate(plan.ref, after, signal);
  if (issues.length > 0) throw refuseInvalid(plan.ref, issues);
  return { ...plan, notes: [...twins, ...unknown] };
};
