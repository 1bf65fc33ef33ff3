import { defineTool, limitParam, spanOf, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { findSystem } from '../domain/find.ts';
import { netChanges } from '../domain/net-changes.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { coverageWords } from '../format/coverage.ts';
import { asOfFields, coverageFields } from '../format/output-fields.ts';
import { asOf, timeWords, zoneOf } from '../format/times.ts';
import { sinceParam, systemParam } from './params.ts';

const columns = ['id', 'subject', 'before', 'now', 'times', 'last_at', 'last_by', 'source'] as const;

export const changesTool = defineTool<VivintOperations>()({
  name: 'vivint_changes',
  title: 'What changed since',
  description:
    'Returns what is different since a moment: per device or partition how it was, how it is now, how often it changed and who was last. Give the as_of of an earlier reply as since to go on from there. For single events use vivint_events.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: z.object({ since: sinceParam.describe('2h, today, 08:00, or an earlier as_of'), system: systemParam, limit: limitParam(100, 40) }),
  output: z.lazy(() =>
    z.strictObject({
      ...asOfFields,
      coverage: coverageFields,
      total: z.number(),
      shown: z.number().optional(),
      ...tableFields(columns),
    }),
  ),
  handler: async (args, { operations, signal }) => {
    const house = await operations.house(signal);
    const system = args.system === undefined ? undefined : findSystem(house, args.system);
    const zone = zoneOf(house, system);
    const span = spanOf({ start: args.since, end: 'now' }, operations.clock.now(), zone);
    const { events, coverage } = await operations.events(span, signal);
    const mine = events.filter(({ systemId }) => system === undefined || systemId === system.systemId);
    const changes = netChanges(mine, house.systems);
    const page = changes.slice(0, args.limit);
    return {
      data: {
        ...asOf(house, operations.clock.now(), system),
        coverage: coverageWords(coverage, zone),
        total: changes.length,
        ...(page.length < changes.length ? { shown: page.length } : {}),
        ...table(
          columns,
          page.map((change) => [
            change.deviceId,
            change.subject,
            change.before,
            change.now,
            change.times,
            timeWords(change.lastAt, zone),
            change.lastBy ?? '',
            change.source,
          ]),
        ),
      },
    };
  },
});
