import { defineTool } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { HomeOperations } from '../domain/operations.ts';
import { stateWords } from '../format/state-words.ts';

export const setStateTool = defineTool<HomeOperations>()({
  name: 'ha_set_state',
  title: 'Overwrite a state',
  description:
    'Overwrites what the state machine holds for an entity; no device is touched. For made-up or test sensors only; ha_control moves real things.',
  toolset: 'home',
  level: 'admin',
  effect: 'change',
  confirm: 'never',
  idempotent: true,
  input: z.object({
    entity_id: z
      .string()
      .regex(/^[a-z0-9_]+\.[a-z0-9_]+$/)
      .max(255),
    state: z.string().max(255),
    attributes: z.record(z.string(), z.unknown()).optional(),
  }),
  output: z.looseObject({ result: z.string() }),
  handler: async (args, { operations, signal }) => {
    await operations.home(signal);
    const before = operations.stateOf(args.entity_id);
    const result = await operations.setState(args.entity_id, args.state, args.attributes, signal);
    return {
      data: {
        result,
        rows: [[args.entity_id, before ? stateWords(before) : 'none', args.state]],
        note: 'only the shown state; no device was touched',
      },
    };
  },
});
