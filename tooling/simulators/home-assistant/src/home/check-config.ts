import { isJson, type Json } from './types.ts';

/** Where a value stands, as voluptuous writes it: ['actions'][0]['delay']. */
type Path = string;

const ENTITY_ID = /^[a-z0-9_]+\.[a-z0-9_]+$/;
const OFFSET = /^-?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const MODES = ['parallel', 'queued', 'restart', 'single'];
const CONDITIONS = ['and', 'device', 'not', 'numeric_state', 'or', 'state', 'sun', 'template', 'time', 'trigger', 'zone'];
/** Keys of which one says what an action is. */
const ACTION_KEYS = [
  'action',
  'service',
  'service_template',
  'delay',
  'wait_template',
  'wait_for_trigger',
  'event',
  'scene',
  'condition',
  'repeat',
  'choose',
  'if',
  'variables',
  'stop',
  'parallel',
  'sequence',
  'set_conversation_response',
  'device_id',
  'and',
  'or',
  'not',
];
const SERVICE_KEYS = new Set([
  'action',
  'service',
  'target',
  'data',
  'data_template',
  'entity_id',
  'alias',
  'enabled',
  'continue_on_error',
  'response_variable',
  'metadata',
]);
const AUTOMATION_KEYS = new Set([
  'id',
  'alias',
  'description',
  'trigger',
  'triggers',
  'condition',
  'conditions',
  'action',
  'actions',
  'mode',
  'max',
  'max_exceeded',
  'variables',
  'trigger_variables',
  'initial_state',
  'hide_entity',
  'trace',
  'use_blueprint',
]);
const SCRIPT_KEYS = new Set([
  'alias',
  'description',
  'icon',
  'sequence',
  'fields',
  'variables',
  'mode',
  'max',
  'max_exceeded',
  'trace',
  'use_blueprint',
]);
const SCENE_KEYS = new Set(['id', 'name', 'entities', 'icon', 'metadata']);

const isTemplate = (value: unknown): boolean => typeof value === 'string' && value.includes('{{');
const missing = (key: string, path: Path): string => `required key not provided @ data${path}['${key}']`;
const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
const firstOf = <T>(items: readonly T[], check: (item: T, index: number) => string | undefined): string | undefined => {
  for (const [index, item] of items.entries()) {
    const problem = check(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
};
const idsOf = (value: unknown): readonly unknown[] =>
  listOf(value).flatMap((id) => (typeof id === 'string' ? id.split(',').map((one) => one.trim()) : [id]));
const isEntityId = (id: unknown): boolean => typeof id === 'string' && (ENTITY_ID.test(id.toLowerCase()) || /^[0-9a-f]{32}$/.test(id));

/** Core's platforms say where only within themselves: a trigger's own path is lost. */
function checkTrigger(trigger: unknown, index: number, path: Path): string | undefined {
  if (!isJson(trigger)) return `expected dictionary @ data${path}[${index}]`;
  const kind = trigger['trigger'] ?? trigger['platform'];
  if (kind === undefined && trigger['triggers'] === undefined) return missing('trigger', `${path}[${index}]`);
  if (kind !== 'state' && kind !== 'numeric_state') return undefined;
  if (trigger['entity_id'] === undefined) return "required key not provided @ data['entity_id']";
  const bad = idsOf(trigger['entity_id']).find((id) => !isEntityId(id));
  return bad === undefined
    ? undefined
    : `Entity ${String(bad)} is neither a valid entity ID nor a valid UUID for dictionary value @ data['entity_id']`;
}

function checkCondition(condition: unknown, index: number, path: Path): string | undefined {
  if (typeof condition === 'string' && isTemplate(condition)) return undefined;
  if (!isJson(condition)) return `expected dictionary @ data${path}[${index}]`;
  const here = `${path}[${index}]`;
  const kind = String(condition['condition'] ?? ['and', 'or', 'not'].find((key) => condition[key] !== undefined));
  if (!CONDITIONS.includes(kind)) return `Unexpected value for condition: '${kind}'. Expected ${CONDITIONS.join(', ')} @ data${here}`;
  if (kind === 'state') return firstOf(['state', 'entity_id'], (key) => (condition[key] === undefined ? missing(key, here) : undefined));
  return firstOf(listOf(condition['conditions']), (item, at) => checkCondition(item, at, `${here}['conditions']`));
}

function checkService(action: Json, path: Path): string | undefined {
  const key = action['action'] === undefined ? 'service' : 'action';
  const name = action[key];
  if (!isTemplate(name) && !ENTITY_ID.test(String(name)))
    return `Service ${String(name)} does not match format <domain>.<name> for dictionary value @ data${path}['${key}']`;
  const extra = Object.keys(action).find((each) => !SERVICE_KEYS.has(each));
  if (extra !== undefined) return `extra keys not allowed @ data${path}['${extra}']`;
  const target = isJson(action['target']) ? action['target'] : {};
  const bad = idsOf(target['entity_id']).some((id) => !isTemplate(id) && id !== 'all' && id !== 'none' && !isEntityId(id));
  return bad ? `not a valid value for dictionary value @ data${path}['target']['entity_id']` : undefined;
}

/** Sequences inside an action, with their keys. */
const inner = (action: Json): readonly (readonly [string, unknown])[] => [
  ...(['sequence', 'then', 'else', 'default', 'parallel'] as const).map((key) => [`['${key}']`, action[key]] as const),
  ...listOf(action['choose']).map(
    (option, at) => [`['choose'][${at}]['sequence']`, isJson(option) ? option['sequence'] : undefined] as const,
  ),
  ["['repeat']['sequence']", isJson(action['repeat']) ? action['repeat']['sequence'] : undefined],
];

function checkAction(action: unknown, index: number, path: Path): string | undefined {
  const here = `${path}[${index}]`;
  if (typeof action === 'string' && isTemplate(action)) return undefined;
  if (!isJson(action)) return `expected dictionary @ data${here}`;
  if (!ACTION_KEYS.some((key) => action[key] !== undefined)) return `Unable to determine action @ data${here}`;
  if (action['action'] !== undefined || action['service'] !== undefined) return checkService(action, here);
  const { delay } = action;
  if (typeof delay === 'string' && !isTemplate(delay) && !OFFSET.test(delay))
    return `offset ${delay} should be format 'HH:MM', 'HH:MM:SS' or 'HH:MM:SS.F' for dictionary value @ data${here}['delay']`;
  if (action['condition'] !== undefined) return checkCondition(action, index, path);
  return firstOf(inner(action), ([where, sequence]) => checkActions(sequence, `${here}${where}`));
}

/** The first problem of triggers, conditions or actions; undefined when Core would take them. */
export const checkTriggers = (value: unknown, path: Path): string | undefined =>
  firstOf(listOf(value), (item, at) => checkTrigger(item, at, path));
export const checkConditions = (value: unknown, path: Path): string | undefined =>
  firstOf(listOf(value), (item, at) => checkCondition(item, at, path));
export const checkActions = (value: unknown, path: Path): string | undefined =>
  firstOf(listOf(value), (item, at) => checkAction(item, at, path));

const keyOf = (config: Json, keys: readonly string[]): string | undefined => keys.find((key) => config[key] !== undefined);

function checkFrame(config: Json, known: ReadonlySet<string>): string | undefined {
  const extra = Object.keys(config).find((key) => !known.has(key));
  if (extra !== undefined) return `extra keys not allowed @ data['${extra}']`;
  const { mode } = config;
  if (mode === undefined || MODES.includes(String(mode))) return undefined;
  return `value must be one of ['${MODES.join("', '")}'] for dictionary value @ data['mode']`;
}

/** What Core says of an automation that is to be stored. */
export function checkAutomation(config: Json): string | undefined {
  const actions = keyOf(config, ['actions', 'action']);
  const triggers = keyOf(config, ['triggers', 'trigger']);
  if (actions === undefined) return missing('actions', '');
  if (triggers === undefined) return missing('triggers', '');
  const conditions = keyOf(config, ['conditions', 'condition']);
  return (
    checkFrame(config, AUTOMATION_KEYS) ??
    checkActions(config[actions], `['${actions}']`) ??
    (conditions === undefined ? undefined : checkConditions(config[conditions], `['${conditions}']`)) ??
    checkTriggers(config[triggers], `['${triggers}']`)
  );
}

/** What Core says of a script that is to be stored. */
export function checkScript(config: Json): string | undefined {
  if (config['sequence'] === undefined) return missing('sequence', '');
  return checkFrame(config, SCRIPT_KEYS) ?? checkActions(config['sequence'], "['sequence']");
}

/** What Core says of a scene that is to be stored. */
export function checkScene(config: Json): string | undefined {
  const at = "['states'][0]";
  if (!isJson(config['entities'])) return missing('entities', at);
  if (config['name'] === undefined) return missing('name', at);
  const extra = Object.keys(config).find((key) => !SCENE_KEYS.has(key));
  return extra === undefined ? undefined : `extra keys not allowed @ data${at}['${extra}']`;
}
