import { isRecord } from '@switchyard-mcp/core/json';

type Raw = Readonly<Record<string, unknown>>;

/** The parts of an automation or script, under their new names or their old ones. */
export interface BodyParts {
  readonly triggers: readonly unknown[];
  readonly conditions: readonly unknown[];
  /** Of a script: its sequence. */
  readonly actions: readonly unknown[];
}

/** One or many, as a list. */
export const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
};

/** One text, many, or a comma list, as a list of texts. */
export const textsIn = (value: unknown): readonly string[] =>
  listOf(value)
    .flatMap((item) => (typeof item === 'string' ? item.split(',') : []))
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const partsOf = (body: Raw): BodyParts => ({
  triggers: listOf(body['triggers'] ?? body['trigger']),
  conditions: listOf(body['conditions'] ?? body['condition']),
  actions: listOf(body['actions'] ?? body['action'] ?? body['sequence']),
});

/** "state", "template" … of a trigger in either spelling. */
export const triggerKind = (trigger: Raw): string => String(trigger['trigger'] ?? trigger['platform'] ?? 'unknown');

/** and, or, not in the short spelling, or a condition's own word; "template" for a bare template. */
export const conditionKind = (condition: unknown): string => {
  if (typeof condition === 'string') return 'template';
  if (!isRecord(condition)) return 'unknown';
  if (typeof condition['condition'] === 'string') return condition['condition'];
  return ['and', 'or', 'not'].find((word) => condition[word] !== undefined) ?? 'unknown';
};

/** Conditions inside of and, or, not. */
export const innerConditions = (condition: Raw): readonly unknown[] =>
  listOf(condition['conditions'] ?? condition[conditionKind(condition)]);

const roots: Readonly<Record<string, keyof BodyParts>> = {
  trigger: 'triggers',
  condition: 'conditions',
  action: 'actions',
  sequence: 'actions',
};

const stepInto = (node: unknown, part: string): unknown => {
  if (/^\d+$/.test(part)) {
    const index = Number(part);
    if (Array.isArray(node)) return node[index];
    return index === 0 ? node : undefined;
  }
  if (!isRecord(node)) return node;
  if (node[part] !== undefined) return node[part];
  if (part === 'conditions') return innerConditions(node);
  // A bare action in parallel, and the conditions of an if, have a step of their own in the path and none in the body.
  return part === 'sequence' || part === 'condition' ? node : undefined;
};

/** The piece of a body that a trace's path stands for. A path that ends in an entity stands for the condition around it. */
export const pieceAt = (body: Raw, path: string): unknown => {
  const [root = '', ...parts] = path.split('/');
  const start = roots[root];
  if (start === undefined) return undefined;
  let node: unknown = partsOf(body)[start];
  for (const part of parts) {
    if (part === 'entity_id') break;
    node = stepInto(node, part);
  }
  return node;
};
