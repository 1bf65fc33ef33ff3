import { ConditionError, checkCondition } from '../home/conditions.ts';
import { isJson, type Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

const CONDITION_KINDS = ['and', 'device', 'not', 'numeric_state', 'or', 'state', 'sun', 'template', 'time', 'trigger', 'zone'];

/** The row of trace/list: the trace without what happened in it. */
function traceHead({ trace: _trace, config: _config, context: _context, blueprint_inputs: _inputs, ...head }: Json): Json {
  return head;
}

/** Oldest first, as Core lists them. */
function traces({ home }: CommandContext, message: Json): Json[] {
  const fits = (trace: Json): boolean =>
    trace['domain'] === message['domain'] && (message['item_id'] === undefined || trace['item_id'] === message['item_id']);
  return home.traces.filter(fits).reverse();
}

function trace(context: CommandContext, message: Json): Json {
  const found = traces(context, message).find((entry) => entry['run_id'] === message['run_id']);
  if (!found) throw new CommandError('not_found', 'The trace could not be found');
  return found;
}

function traceContexts({ home }: CommandContext): Json {
  return Object.fromEntries(
    home.traces.flatMap((entry) => {
      const { run_id, domain, item_id, context } = entry;
      return isJson(context) ? [[String(context['id']), { run_id, domain, item_id }]] : [];
    }),
  );
}

/** Core 2025.4 fails while it writes the answer to a condition with an error, and none ever comes. */
function testCondition({ home }: CommandContext, message: Json): unknown {
  const { condition } = message;
  if (typeof condition !== 'string' && !isJson(condition)) {
    throw new CommandError(
      'invalid_format',
      `Expected a dictionary for dictionary value @ data['condition']. Got ${pythonRepr(condition)}`,
    );
  }
  const kind = isJson(condition) ? condition['condition'] : 'template';
  if (typeof kind === 'string' && !CONDITION_KINDS.includes(kind)) {
    const what = `Unexpected value for condition: '${kind}'. Expected ${CONDITION_KINDS.join(', ')}`;
    throw new CommandError('invalid_format', `${what} for dictionary value @ data['condition']. Got ${pythonRepr(condition)}`);
  }
  try {
    return { result: checkCondition({ home, variables: isJson(message['variables']) ? message['variables'] : {} }, condition, '') ?? null };
  } catch (error) {
    if (error instanceof ConditionError) return new Promise(() => undefined);
    throw error;
  }
}

function systemHealth(context: CommandContext): void {
  context.subscribe(() => undefined);
  context.afterResult(() => {
    const data = Object.fromEntries(Object.entries(context.home.health).map(([domain, info]) => [domain, { info }]));
    context.event({ type: 'initial', data });
    context.event({ type: 'finish' });
  });
}

/** Runs, conditions, logs, repairs and the health of Core. */
export const INSIGHT_COMMANDS: Commands = {
  'trace/list': command('domain! item_id', (context, message) => traces(context, message).map(traceHead), true),
  'trace/get': command('domain! item_id! run_id!', trace, true),
  'trace/contexts': command('domain item_id', traceContexts, true),
  test_condition: command('condition! variables', testCondition, true),
  'system_log/list': command('', ({ home }) => home.log, true),
  'repairs/list_issues': command('', ({ home }) => ({ issues: home.issues })),
  'recorder/info': command('', ({ home }) => home.recorder),
  'system_health/info': command('', systemHealth, true),
};
