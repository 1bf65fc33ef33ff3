import { defineTool } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import { integrationInput } from './integration-args.ts';
import { diagnose, list, read, reload, remove, setDisabled } from './integration-entries.ts';
import { abortFlow, startFlow, submitFlow } from './integration-flows.ts';
import { integrationOutput } from './integration-output.ts';

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
  input: integrationInput,
  output: integrationOutput,
  // What is typed into a form may be a secret under any name: the trail keeps the names of the fields.
  trailOf: ({ values, ...args }) => ({ ...args, ...(values ? { fields: Object.keys(values) } : {}) }),
  handler: async (args, context) => ({ data: await acts[args.op](args, context) }),
});
