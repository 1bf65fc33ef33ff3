import { defineTool } from '@switchyard-mcp/core';
import * as z from 'zod';
import { trustedBehind } from '../domain/approval.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { stateWords } from '../format/state-words.ts';

export const setStateTool = defineTool<HomeOperations>()({
  name: 'ha_set_state',
  title: 'Overwrite a state',
  description:
    'Overwrites what the state machine holds for an entity; no device is touched. For made-up or test sensors only; ha_control moves real things. Presence, locks, alarms, doors and the like ask first.',
  toolset: 'home',
  level: 'admin',
  effect: 'change',
  confirm: 'depends',
  idempotent: true,
  input: z.object({
    entity_id: z
      .string()
      .regex(/^[a-z0-9_]+\.[a-z0-9_]+$/)
      .max(255),
    state: z.string().max(255),
    attributes: z.record(z.string(), z.unknown()).optional(),
  }),
  output: z.lazy(() =>
    z.strictObject({ result: z.enum(['created', 'updated']), rows: z.array(z.array(z.string()).length(3)), note: z.string() }),
  ),
  handler: async (args, { operations, signal, confirm }) => {
    await operations.home(signal);
    const before = operations.stateOf(args.entity_id);
    const nowMs = operations.clock.now();
    const trusted = trustedBehind(args.entity_id, args.attributes, (id) => operations.stateOf(id));
    if (trusted.length > 0) operations.requireAskable('admin', `Overwriting the state of ${args.entity_id}`);
    const approval =
      trusted.length === 0
        ? undefined
        : await confirm({
            summary: `Make up the state of ${args.entity_id}`,
            will: [['overwrite', args.entity_id, `${before ? stateWords(before, nowMs) : 'none'} → ${args.state}`]],
            against: ['what unlocks, disarms or warns by this state will believe it'],
            state: [args.entity_id, before?.state ?? null, ...trusted],
          });
    const overwrite = { entityId: args.entity_id, state: args.state, attributes: args.attributes };
    const result = await operations.setState(overwrite, { approval, signal });
    return {
      data: {
        result,
        rows: [[args.entity_id, before ? stateWords(before, nowMs) : 'none', args.state]],
        note: 'only the shown state; no device was touched',
      },
    };
  },
});
