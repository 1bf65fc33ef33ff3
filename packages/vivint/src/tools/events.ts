import { cursorParam, defineTool, limitParam, page, pageFields, spanOf, table, tableFields } from '@switchyard-mcp/core';
import * as z from 'zod';
import { findDevice, findSystem } from '../domain/find.ts';
import type { EventKind, HouseEvent } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { coverageWords } from '../format/coverage.ts';
import { asOfFields, coverageFields } from '../format/output-fields.ts';
import { asOf, timeWords, zoneOf } from '../format/times.ts';
import { deviceParam, sinceParam, systemParam } from './params.ts';

/** What people ask for, and the kinds of events that are meant. */
const topics: Readonly<Record<string, readonly EventKind[]>> = {
  arming: ['armed', 'disarmed', 'arming', 'entry_delay', 'alarm', 'bypassed', 'failed'],
  access: ['locked', 'unlocked', 'jammed', 'opened', 'closed', 'disarmed', 'armed', 'doorbell', 'seen'],
  motion: ['motion', 'seen', 'doorbell'],
  trouble: ['alarm', 'alert', 'tamper', 'battery', 'offline', 'online', 'jammed', 'failed'],
};

const input = z.object({
  since: sinceParam.default('24h').describe('24h, 3d, yesterday, 08:00, 2026-11-25T08:00'),
  until: sinceParam.optional(),
  topic: z.enum(Object.keys(topics) as [string, ...string[]]).optional(),
  device: deviceParam.optional().describe('Id or exact name'),
  system: systemParam,
  limit: limitParam(200, 40),
  cursor: cursorParam,
});

const columns = ['at', 'kind', 'id', 'subject', 'text', 'by', 'source'] as const;

const rowOf = (event: HouseEvent, zone: string): readonly unknown[] => [
  timeWords(event.at, zone),
  event.kind,
  event.deviceId ?? '',
  event.subject,
  event.text === event.subject ? '' : event.text,
  event.by ?? '',
  event.source,
];

export const eventsTool = defineTool<VivintOperations>()({
  name: 'vivint_events',
  title: 'What happened',
  description:
    'Returns what happened in a span, newest first, each event once with its source: the cloud’s history, seen live, a note to the household, told by the present state, or inferred from it. coverage says whether something may be missing: only if complete does an empty list mean that nothing happened. For net differences use vivint_changes.',
  toolset: 'home',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input,
  output: z.lazy(() =>
    z.strictObject({
      ...asOfFields,
      coverage: coverageFields,
      ...pageFields,
      ...tableFields(columns),
    }),
  ),
  handler: async (args, { operations, signal }) => {
    const { cursor, limit, ...query } = args;
    const house = await operations.house(signal);
    const system = args.system === undefined ? undefined : findSystem(house, args.system);
    const device = args.device === undefined ? undefined : findDevice(house, args.device, { system: args.system });
    const zone = zoneOf(house, system);
    const span = spanOf({ start: args.since, end: args.until ?? 'now' }, operations.clock.now(), zone);
    const { events, coverage } = await operations.events(span, signal);
    const kinds = args.topic === undefined ? undefined : topics[args.topic];
    const found = events
      .filter(
        (event) =>
          (kinds?.includes(event.kind) ?? true) &&
          (system === undefined || event.systemId === system.systemId || event.systemId === '') &&
          (device === undefined || event.deviceId === device.deviceId),
      )
      .reverse();
    const { items, head } = page(found, { cursor, limit, query });
    return {
      data: {
        ...asOf(house, operations.clock.now(), system),
        coverage: coverageWords(coverage, zone),
        ...head,
        ...table(
          columns,
          items.map((event) => rowOf(event, zone)),
        ),
      },
    };
  },
});
