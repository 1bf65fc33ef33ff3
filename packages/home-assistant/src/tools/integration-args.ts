import { cursorParam } from '@switchyard-mcp/core';
import * as z from 'zod';
import { flowKinds } from '../domain/flow-operations.ts';

/** What ha_integration takes. */
export const integrationInput = z.object({
  op: z.enum(['list', 'read', 'start', 'submit', 'abort', 'reload', 'enable', 'disable', 'remove', 'diagnostics']),
  id: z.string().max(200).optional().describe('Domain or entry id; domain/issue_id of a repair'),
  flow: z.enum(flowKinds).default('config').describe('What to start'),
  part: z.string().max(100).optional().describe('Type of a subentry to add, or id of one'),
  flow_id: z.string().min(1).max(100).optional(),
  values: z.record(z.string(), z.unknown()).optional().describe('Answers; what is left out stays, null clears'),
  path: z.string().max(300).optional().describe('JSON Pointer into diagnostics'),
  cursor: cursorParam,
});

export type IntegrationArgs = z.output<typeof integrationInput>;
