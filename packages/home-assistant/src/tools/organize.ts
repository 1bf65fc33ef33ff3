import { randomUUID } from 'node:crypto';
import { defineTool, readBack, refuse, type ToolContext } from '@switchyard-mcp/core';
import * as z from 'zod';
import { homeKnowing } from '../domain/entity-refs.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { applySteps } from '../domain/organize-apply.ts';
import { consentFor, openingSteps } from '../domain/organize-consent.ts';
import { aimsOf, type ChangeRequest, createdBy, planSteps, type Step, scopesIn } from '../domain/organize-plan.ts';
import { type PreparedRename, prepareRename, stepsAfterRename } from '../domain/organize-rename.ts';
import { registryAddress } from '../domain/registry-operations.ts';
import { applyRename } from '../domain/rename-apply.ts';
import { organizeReply, plannedRow, type Words } from '../format/organize-reply.ts';
import { endingFields } from '../format/output-fields.ts';

/** Bounds that cost a model nothing: they are checked and not written into the schema. */
const text = z.string().refine((value) => value.length <= 200, 'at most 200 characters');
const texts = z.array(text.refine((value) => value.trim() !== '', 'a name')).refine((values) => values.length <= 100, 'at most 100');

const settings = z.object({
  name: text.optional(),
  new_id: text.optional().describe('Of an entity; rewritten wherever it is named'),
  area: text.optional().describe('Of entity or device, by exact name'),
  floor: text.optional(),
  icon: text.optional(),
  labels: texts.optional().describe('Adds these; "-X" takes X away'),
  aliases: texts.optional(),
  disabled: z.boolean().optional(),
  hidden: z.boolean().optional(),
  expose: z.boolean().optional(),
  assistants: texts.optional().describe('For expose; default conversation'),
  category: text.optional(),
  device_class: text.optional(),
  level: z.int().optional(),
  color: text.optional(),
  description: text.optional(),
  rename_entities: z.boolean().optional().describe("With a device's name: ids of its entities follow"),
});

const input = z.object({
  changes: z
    .array(
      z.object({
        ids: texts.describe('Entities; device:X, area:X, floor:X, label:X, category:automation/X for these themselves'),
        op: z.enum(['update', 'create', 'remove']).default('update'),
        set: settings.optional().describe('What changes; "" clears'),
      }),
    )
    .refine((values) => values.length > 0 && values.length <= 50, '1 to 50 changes'),
  dry_run: z.boolean().optional(),
});
type Args = z.output<typeof input>;
type Context = ToolContext<HomeOperations>;

const mostEntries = 500;

const lists = z.array(z.array(z.union([z.string(), z.number()]))).optional();
const ids = z.array(z.string()).optional();
const count = z.number().optional();
const output = z.lazy(() =>
  z.union([
    z.strictObject({ ...endingFields, undo: z.string().optional() }),
    z.strictObject({
      would: z.array(z.array(z.string()).length(3)),
      more: count,
      rewrites: lists,
      objects: count,
      references: count,
      left: lists,
      look_by_hand: ids,
      keep_their_ids: ids,
    }),
  ]),
);

interface Plan {
  readonly steps: readonly Step[];
  readonly rename: PreparedRename | undefined;
  readonly words: Words;
}

const plan = async ({ changes }: Args, { operations, signal }: Context): Promise<Plan> => {
  const requests: readonly ChangeRequest[] = changes;
  const bare = changes.flatMap(({ ids, op }) => (op === 'create' ? [] : ids)).filter((id) => !id.includes(':'));
  const home = await homeKnowing(operations, bare, signal);
  const categories = (await Promise.all(scopesIn(requests).map((scope) => operations.registries.list('category', scope, signal)))).flat();
  const aims = aimsOf(home, categories, requests);
  if (aims.length > mostEntries)
    throw refuse('invalid_input', `${aims.length} entries at once; at most ${mostEntries}.`, { next: ['Split the call.'] });
  const refs = new Map(aims.filter(({ op }) => op !== 'create').map(({ kind, id }) => [registryAddress({ kind, id }), { kind, id }]));
  const entries = await operations.registries.read([...refs.values()], signal);
  const steps = planSteps(aims, entries, { home, categories, created: createdBy(aims) });
  const rename = await prepareRename(operations, home, { aims, steps }, signal);
  return { steps: rename ? stepsAfterRename(steps, rename) : steps, rename, words: { home, categories } };
};

const preview = ({ steps, rename, words }: Plan): Record<string, unknown> => ({
  would: [
    ...[...(rename?.plan.renames ?? [])].map(([from, to]) => [from, from, to]),
    ...steps.map((step) => plannedRow(step, words)),
  ].slice(0, 20),
  ...(steps.length > 20 ? { more: steps.length - 20 } : {}),
  ...(rename
    ? {
        rewrites: rename.plan.edits.slice(0, 20).map(({ object, pointers }) => [object.ref.id, pointers.length, ...pointers.slice(0, 2)]),
        objects: rename.plan.edits.length,
        references: rename.plan.edits.reduce((sum, { pointers }) => sum + pointers.length, 0),
        ...(rename.plan.left.length > 0 ? { left: rename.plan.left.slice(0, 20).map(({ id, why }) => [id, why]) } : {}),
        ...(rename.plan.composed.length > 0 ? { look_by_hand: rename.plan.composed.slice(0, 10) } : {}),
        ...(rename.kept.length > 0 ? { keep_their_ids: rename.kept.slice(0, 10) } : {}),
      }
    : {}),
});

const rows = ({ plan: { renames, edits } }: PreparedRename): readonly (readonly string[])[] => [
  ...[...renames].map(([from, to]) => [to, from, to]),
  ...edits.slice(0, 6).map(({ object, pointers }) => [object.ref.id, `${pointers.length} references`, 'rewritten']),
  ...(edits.length > 6 ? [[`${edits.length - 6} more objects`, '', 'rewritten']] : []),
];

export const organizeTool = defineTool<HomeOperations>()({
  name: 'ha_organize',
  title: 'Organize the home',
  description:
    'Sets names, areas, labels, aliases, icons, categories, voice exposure, hidden and disabled of many entities and devices at once; creates, changes, removes areas, floors, labels, categories; renames entity ids with every reference, all or nothing. Rows are [id, before, after] as read back. Bodies of automations and dashboards: ha_edit.',
  toolset: 'edit',
  level: 'configure',
  effect: 'change',
  confirm: 'depends',
  idempotent: false,
  input,
  output,
  handler: async (args, context) => {
    const { operations, signal, remainingMs, writes } = context;
    const planned = await plan(args, context);
    if (args.dry_run) return { data: preview(planned) };
    const { steps, rename, words } = planned;
    for (const { ref } of openingSteps(words.home, steps)) operations.requireAskable('configure', `Showing ${ref.id} to a voice assistant`);
    const asked = await consentFor({
      home: words.home,
      objects: operations.objects,
      steps,
      rename: rename?.plan,
      hashes: rename?.hashes ?? new Map(),
      signal,
    });
    const approval = asked ? await context.confirm(asked) : undefined;
    const group = `organize-${randomUUID().slice(0, 8)}`;
    const shared = { approval, group, signal, remainingMs, clock: operations.clock };
    const renamed = rename && (await applyRename(rename.plan, operations, { ...shared, writes, hashes: rename.hashes }));
    const outcomes = await applySteps(operations.registries, steps, shared);
    // Only for names of places in the rows: each row was read back by itself.
    const home = await readBack(() => operations.home(signal), signal);
    const now = { home: home?.seen ?? words.home, categories: words.categories };
    return { data: organizeReply(outcomes, now, { undo: renamed?.changeId, first: rename ? rows(rename) : [] }) };
  },
});
