import { defineTool, isToolError, type ToolContext, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { Reference, StoredObject } from '../domain/object-operations.ts';
import { parseObjectRef } from '../domain/object-ref.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { objectIdParam } from './params.ts';

interface Doomed {
  readonly object: StoredObject;
  readonly references: readonly Reference[];
  readonly lost: readonly string[];
}

const doomed = async (ids: readonly string[], { operations, signal }: ToolContext<HomeOperations>): Promise<readonly Doomed[]> => {
  const found: Doomed[] = [];
  for (const id of new Set(ids)) {
    const object = await operations.objects.read(parseObjectRef(id), signal);
    const references = await operations.objects.references(object.ref, signal);
    found.push({ object, references, lost: await operations.objects.lostByRemoval(object.ref, signal) });
  }
  return found;
};

const line = (id: string, { id: by, at }: Reference): string =>
  `${by} uses ${id}${at.length > 0 ? ` at ${at.slice(0, 2).join(', ')}` : ''}`;
const mostLines = 15;
const columns = ['id', 'result', 'undo', 'note'] as const;

/** Who would be left with a gap; those that go too do not count. */
const against = (all: readonly Doomed[]): readonly string[] => {
  const going = new Set(all.map(({ object }) => object.ref.id));
  const uses = all.flatMap(({ object, references }) =>
    references.filter(({ id }) => !going.has(id)).map((each) => line(object.ref.id, each)),
  );
  const lost = all.flatMap((each) =>
    each.lost.length > 0
      ? [`ha_undo may not bring ${each.object.ref.id} back: Home Assistant does not tell its ${each.lost.join(', ')}`]
      : [],
  );
  const lines = [...lost, ...uses];
  return lines.length > mostLines ? [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more uses`] : lines;
};

export const deleteTool = defineTool<HomeOperations>()({
  name: 'ha_delete',
  title: 'Delete objects',
  description:
    'Deletes automations, scripts, scenes, helpers, dashboards, blueprints, areas, labels… after showing everything that refers to them. ha_undo brings them back.',
  toolset: 'edit',
  level: 'configure',
  effect: 'destroy',
  confirm: 'always',
  idempotent: true,
  input: z.object({ ids: z.array(objectIdParam).min(1).max(20).describe('As in ha_get_config') }),
  output: z.lazy(() => z.strictObject({ deleted: z.number(), failed: z.number().optional(), ...tableFields(columns) })),
  handler: async (args, context) => {
    const { operations, signal } = context;
    const all = await doomed(args.ids, context);
    const approval = await context.confirm({
      summary: `Delete ${all
        .map(({ object }) => object.ref.id)
        .slice(0, 5)
        .join(', ')}`,
      will: all.map(({ object }) => ['delete', object.ref.id, object.name]),
      against: against(all),
      state: all.map(({ object, references }) => [object.ref.id, object.hash, references.map(({ id }) => id).sort()]),
    });
    const rows: unknown[][] = [];
    for (const { object } of all) {
      try {
        const { change, notes } = await operations.objects.remove(object.ref, { expected: object.hash, approval, signal });
        rows.push([object.ref.id, 'deleted', change.id, notes.join('; ')]);
      } catch (error) {
        // What was deleted before stays deleted, and its row must not be lost.
        if (!isToolError(error) || all.length === 1) throw error;
        rows.push([
          object.ref.id,
          error.fields.sideEffects === 'unknown' ? 'unknown' : 'not deleted',
          '',
          [error.fields.what, error.fields.why].filter(Boolean).join(' '),
        ]);
      }
    }
    const done = rows.filter(([, what]) => what === 'deleted').length;
    return {
      data: {
        deleted: done,
        ...(done < rows.length ? { failed: rows.length - done } : {}),
        ...table(columns, rows),
      },
    };
  },
});
