import { defineTool } from '@switchyard-mcp/core';
import * as z from 'zod';
import { flowKinds } from '../domain/flow-operations.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { diagnose, list, read, reload, remove, setDisabled } from './integration-entries.ts';
import { abortFlow, startFlow, submitFlow } from './integration-flows.ts';
import { cursorParam } from './params.ts';

const input = z.object({
  op: z.enum(['list', 'read', 'start', 'submit', 'abort', 'reload', 'enable', 'disable', 'remove', 'diagnostics']),
  id: z.string().max(200).optional().describe('Domain or entry id; domain/issue_id of a repair'),
  flow: z.enum(flowKinds).default('config').describe('What to start'),
  part: z.string().max(100).optional().describe('Type of a subentry to add, or id of one'),
  flow_id: z.string().min(1).max(100).optional(),
  values: z.record(z.string(), z.unknown()).optional().describe('Answers; what is left out stays, null clears'),
  path: z.string().max(300).optional().describe('JSON Pointer into diagnostics'),
  cursor: cursorParam,
});
export type IntegrationArgs = z.output<typeof input>;

const acts = {
  list,
  read,
  start: startFlow,
  submit: submitFlow,
  abort: abortFlow,
  reload,
  enable: setDisabled,
  disable: setDisabled,
  remove,
  diagnostics: diagnose,
};

export const integrationTool = defineTool<HomeOperations>()({
  name: 'ha_integration',
  title: 'Integrations',
  description:
    'Lists integrations, repairs and open flows; sets up, configures, repairs, reloads, disables and removes integrations. Flows (helpers such as min_max or template too) go step by step: start answers with a form, submit with the next one or the finished entry, read back.',
  toolset: 'system',
  level: 'admin',
  effect: 'destroy',
  confirm: 'depends',
  idempotent: false,
  input,
  output: z.looseObject({}),
  // What is typed into a form may be a secret under any name: the trail keeps the names of the fields.
  trailOf: ({ values, ...args }) => ({ ...args, ...(values ? { fields: Object.keys(values) } : {}) }),
  handler: async (args, context) => ({ data: await acts[args.op](args, context) }),
});
