import { type Approval, defineTool, refuse, type ToolContext } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { Body } from '../domain/body.ts';
import { differences } from '../domain/body-diff.ts';
import type { Written } from '../domain/object-operations.ts';
import { type ObjectRef, parseObjectRef } from '../domain/object-ref.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { type EditPlan, planEdit } from '../domain/plan-edit.ts';
import { sameJson } from '../domain/same-json.ts';
import { diffLines } from '../format/diff-lines.ts';
import { bodyFrom } from '../format/yaml.ts';
import { objectIdParam } from './params.ts';

const operation = z.object({
  op: z.enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
  path: z.string().max(500),
  from: z.string().max(500).optional(),
  value: z.unknown().optional(),
});

const input = z.object({
  id: objectIdParam.describe(
    'As in ha_get_config; for a new one its kind (automation, input_number, template) or a new id (script.x, dashboard:my-x)',
  ),
  config: z
    .union([z.record(z.string(), z.unknown()), z.string().max(200_000)])
    .optional()
    .describe('Whole body as object or YAML text: creates, or replaces with hash'),
  patch: z.array(operation).max(100).optional().describe('RFC 6902'),
  hash: z
    .string()
    .regex(/^[0-9a-f]{6,64}$/)
    .optional()
    .describe('Refuse if it changed since it was read'),
  import_url: z.url().max(500).optional().describe('Import a blueprint; id="blueprint"'),
  take_control: z.boolean().optional().describe('Turn a blueprint automation into a plain one'),
  allow_unknown: z.boolean().default(false).describe('Save even if it refers to missing entities'),
  dry_run: z.boolean().optional(),
});

const lines = z.array(z.string());
const output = z.lazy(() =>
  z.union([
    z.strictObject({ unchanged: z.string(), hash: z.string() }),
    z.strictObject({ would: z.enum(['change', 'create']), id: z.string(), diff: lines, notes: lines.optional() }),
    z.strictObject({ changed: z.string(), hash: z.string(), diff: lines, undo: z.string(), notes: lines.optional() }),
    z.strictObject({ created: z.string(), hash: z.string(), undo: z.string(), notes: lines.optional() }),
  ]),
);

type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

/** What is to be edited, and its new body where it comes from elsewhere than a patch. */
const wanted = async (args: Args, { operations, signal }: Context): Promise<{ ref: ObjectRef; body: Body | undefined }> => {
  const ref = parseObjectRef(args.id);
  if (args.import_url !== undefined) {
    const fetched = await operations.objects.fetchBlueprint(args.import_url, signal);
    return { ref: ref.key === '' ? fetched.ref : ref, body: fetched.body };
  }
  if (args.take_control !== true) return { ref, body: args.config === undefined ? undefined : await bodyFrom(args.config) };
  const { body } = await operations.objects.read(ref, signal);
  if (body['use_blueprint'] === undefined) throw refuse('invalid_input', `${ref.id} uses no blueprint.`);
  return { ref, body: await operations.objects.withoutBlueprint(ref, body, signal) };
};

/** Taking control replaces what was just read. */
const hashFor = async (args: Args, ref: ObjectRef, { operations, signal }: Context): Promise<string | undefined> =>
  args.hash ?? (args.take_control === true ? (await operations.objects.read(ref, signal)).hash : undefined);

const consent = async ({ ref, before, after }: EditPlan, { operations, signal, confirm }: Context): Promise<Approval | undefined> => {
  const acts = await operations.objects.newSecurityActs(ref, { before: before?.body, after }, signal);
  if (acts.length === 0) return undefined;
  return confirm({
    summary: `Save ${ref.id}, which will do ${acts.slice(0, 3).join(', ')} by itself`,
    will: acts.map((act) => ['do by itself', act, `in ${ref.id}`]),
    state: before?.hash ?? 'absent',
  });
};

const diffOf = ({ before, after }: EditPlan): readonly string[] => diffLines(differences(before?.body ?? {}, after));

const reply = (plan: EditPlan, { object, change, notes }: Written): Record<string, unknown> => {
  const hash = object.hash.slice(0, 8);
  const all = [...plan.notes, ...notes];
  return {
    [plan.before ? 'changed' : 'created']: object.ref.id,
    hash: plan.before ? `${plan.before.hash.slice(0, 8)}→${hash}` : hash,
    ...(plan.before ? { diff: diffLines(differences(plan.before.body, object.body), 6) } : {}),
    undo: change.id,
    ...(all.length > 0 ? { notes: all } : {}),
  };
};

export const editTool = defineTool<HomeOperations>()({
  name: 'ha_edit',
  title: 'Edit a configuration',
  description:
    'Creates, replaces or patches an automation, script, scene, helper, dashboard, blueprint, area… and returns what changed, read back, with an undo handle. Checked first by Home Assistant; unknown entities and actions are refused with near ones.',
  toolset: 'edit',
  level: 'configure',
  effect: 'change',
  confirm: 'depends',
  idempotent: false,
  input,
  output,
  handler: async (args, context) => {
    const { operations, signal } = context;
    const { ref, body } = await wanted(args, context);
    const hash = await hashFor(args, ref, context);
    const plan = await planEdit({ ref, body, patch: args.patch, hash, allowUnknown: args.allow_unknown }, operations, signal);
    if (plan.before && sameJson(plan.before.body, plan.after))
      return { data: { unchanged: plan.ref.id, hash: plan.before.hash.slice(0, 8) } };
    if (args.dry_run === true)
      return {
        data: {
          would: plan.before ? 'change' : 'create',
          id: plan.ref.id,
          diff: diffOf(plan),
          ...(plan.notes.length > 0 ? { notes: plan.notes } : {}),
        },
      };
    const approval = await consent(plan, context);
    return { data: reply(plan, await operations.objects.write(plan.ref, plan.after, { expected: plan.expected, approval, signal })) };
  },
});
