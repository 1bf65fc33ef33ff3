import { cursorParam, defineTool, limitParam, page, pageFields, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { type Existing, existingIn, nearReferences } from '../domain/broken-references.ts';
import { type Diagnosis, diagnose } from '../domain/diagnosis/diagnose.ts';
import { type Fault, sections } from '../domain/diagnosis/fault.ts';
import { databaseMiB } from '../domain/diagnosis/system-faults.ts';
import type { HomeOperations } from '../domain/operations.ts';

const input = z.object({
  section: z.enum(sections).optional().describe('All of one section; default counts and the worst of all'),
  cursor: cursorParam,
  limit: limitParam(60, 15),
});

const allColumns = ['section', 'what', 'detail'] as const;
const mostNotes = 5;
/** Long texts are Core's; the whole of one is in its own section. */
const shortDetail = 240;

const rowOf = (fault: Fault, existing: Existing, whole: boolean): readonly string[] => {
  const near = fault.missing === undefined ? [] : nearReferences(existing, fault.missing);
  const detail = `${fault.detail}${near.length > 0 ? `; near: ${near.join(', ')}` : ''}`;
  return [fault.section, fault.subject, whole || detail.length <= shortDetail ? detail : `${detail.slice(0, shortDetail - 1)}…`];
};

const countsOf = (faults: readonly Fault[]): Record<string, number> =>
  Object.fromEntries(
    sections.flatMap((section) => {
      const count = faults.filter((fault) => fault.section === section).length;
      return count === 0 ? [] : [[section, count]];
    }),
  );

const uncheckedOf = ({ facts }: Diagnosis): readonly string[] =>
  facts.unchecked.map(({ sections: missing, why }) => `${missing.join(' and ')}: ${why.slice(0, 160)}`);

export const diagnoseTool = defineTool<HomeOperations>()({
  name: 'ha_diagnose',
  title: 'Diagnose the home',
  description:
    'Returns what is wrong in the home, worst first: integrations, config, failing automations, broken references, wrong types, dead devices, unavailable entities, repairs, database, log, batteries, orphans, updates. One automation: ha_explain.',
  toolset: 'edit',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output: z.lazy(() =>
    z.strictObject({
      ...pageFields,
      counts: z.partialRecord(z.enum(sections), z.number()).optional(),
      ...tableFields(allColumns),
      notes: z.array(z.string()).optional(),
      database_mib: z.number().optional(),
      not_checked: z.array(z.string()).optional(),
    }),
  ),
  handler: async (args, { operations, signal }) => {
    const diagnosis = await diagnose(operations, args.section, signal);
    const { faults, notes, facts } = diagnosis;
    const { items, offset, head } = page(faults, { cursor: args.cursor, limit: args.limit, query: { section: args.section ?? '' } });
    const existing = existingIn(facts.home, facts.services, []);
    const { columns, rows } = table(
      allColumns,
      items.map((fault) => rowOf(fault, existing, args.section !== undefined)),
    );
    const unchecked = uncheckedOf(diagnosis);
    const size = databaseMiB(facts);
    return {
      data: {
        ...head,
        ...(args.section === undefined && faults.length > 0 ? { counts: countsOf(faults) } : {}),
        columns: columns.length > 1 ? columns : allColumns,
        rows,
        ...(notes.length > 0 && offset === 0
          ? { notes: notes.slice(0, mostNotes).map(({ subject, detail }) => `${subject}: ${detail}`) }
          : {}),
        ...(size === undefined ? {} : { database_mib: size }),
        ...(unchecked.length > 0 ? { not_checked: unchecked } : {}),
      },
    };
  },
});
