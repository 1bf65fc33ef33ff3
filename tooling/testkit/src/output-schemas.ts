import * as z from 'zod';

interface ToolOutput {
  readonly name: string;
  readonly output: z.ZodType;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that say something of a value; a node without any lets everything through. */
const keywords = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref'];

const branchesOf = (node: Node): readonly unknown[] =>
  ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => (Array.isArray(node[keyword]) ? node[keyword] : []));

/** Nothing but objects whose every field is named. Fields of other people's names may hold such, beside those of ours. */
const isAllNamed = (node: unknown): boolean => {
  if (!isNode(node)) return false;
  const branches = branchesOf(node);
  return branches.length > 0 ? branches.every(isAllNamed) : isNode(node['properties']) && node['additionalProperties'] === false;
};

/** Where a schema lets fields through that it does not name. Maps from other people's names to values are meant, and have no fields. */
const looseAt = (node: unknown, path: string): readonly string[] => {
  if (!isNode(node)) return [];
  if (!keywords.some((keyword) => keyword in node)) return [`${path} is anything`];
  const { properties, items, prefixItems, additionalProperties } = node;
  const isStrict = additionalProperties === false || isAllNamed(additionalProperties);
  return [
    ...(isNode(properties) && !isStrict ? [`${path} is not strict`] : []),
    ...(isNode(properties) ? Object.entries(properties).flatMap(([key, child]) => looseAt(child, `${path}.${key}`)) : []),
    ...(isNode(additionalProperties) && (isStrict || !isNode(properties)) ? looseAt(additionalProperties, `${path}.*`) : []),
    ...[items, ...(Array.isArray(prefixItems) ? prefixItems : [])].flatMap((child) => looseAt(child, `${path}[]`)),
    ...branchesOf(node).flatMap((child) => looseAt(child, path)),
  ];
};

/** The whole reply must be an object of named fields. */
const rootProblems = (node: Node): readonly string[] => {
  const branches = branchesOf(node).filter(isNode);
  if (branches.length > 0) return branches.flatMap(rootProblems);
  return isNode(node['properties']) ? [] : ['the reply has no named fields'];
};

/** Every tool whose output schema would not notice a field too many. */
export const looseOutputs = (tools: readonly ToolOutput[]): readonly string[] =>
  tools.flatMap(({ name, output }) => {
    // As input: there, an object that drops what it does not know is not strict.
    const schema: Node = z.toJSONSchema(output, { io: 'input', reused: 'inline' });
    return [...rootProblems(schema), ...looseAt(schema, 'reply')].map((problem) => `${name}: ${problem}`);
  });
