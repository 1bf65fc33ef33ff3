import { defineTool, type OpDefinition, type ToolContext } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import { type IntegrationArgs, integrationInput } from './integration-args.ts';
import { diagnose, list, read, reload, remove, setDisabled } from './integration-entries.ts';
import { abortFlow, startFlow, submitFlow } from './integration-flows.ts';
import { integrationOutput } from './integration-output.ts';

type Run = (args: IntegrationArgs, context: ToolContext<HomeOperations>) => Promise<Record<string, unknown>>;
type Op = OpDefinition<HomeOperations, IntegrationArgs>;

const op = (facts: Omit<Op, 'run'>, run: Run): Op => ({ ...facts, run: async (args, context) => ({ data: await run(args, context) }) });
const change = { effect: 'change', level: 'admin' } as const;

export const integrationTool = defineTool<HomeOperations>()({
  name: 'ha_integration',
  title: 'Integrations',
  description:
    'Lists integrations, repairs and open flows; sets up, configures, repairs, reloads, disables and removes integrations. Flows (helpers such as min_max or template too) go step by step: start answers with a form, submit with the next one or the finished entry, read back.',
  toolset: 'system',
  idempotent: false,
  input: integrationInput,
  output: integrationOutput,
  // What is typed into a form may be a secret under any name: the trail keeps the names of the fields.
  trailOf: ({ values, ...args }) => ({ ...args, ...(values ? { fields: Object.keys(values) } : {}) }),
  ops: {
    list: op({ effect: 'read', level: 'read', confirm: 'never', takes: ['id', 'cursor'] }, list),
    read: op({ effect: 'read', level: 'read', confirm: 'never', takes: ['id'] }, read),
    diagnostics: op({ effect: 'read', level: 'admin', confirm: 'never' }, diagnose),
    start: op({ ...change, confirm: 'never' }, startFlow),
    submit: op({ ...change, confirm: 'depends' }, submitFlow),
    abort: op({ ...change, confirm: 'never' }, abortFlow),
    reload: op({ ...change, confirm: 'never' }, reload),
    enable: op({ ...change, confirm: 'never' }, setDisabled),
    disable: op({ ...change, confirm: 'never' }, setDisabled),
    remove: op({ effect: 'destroy', level: 'admin', confirm: 'always' }, remove),
  },
});
