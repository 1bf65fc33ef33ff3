import { toolTokens } from './tokens.ts';

/** The facts of a tool that the house has rules about. */
export interface ToolLike {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: string;
  readonly level: string;
  readonly effect: 'read' | 'change' | 'destroy';
  readonly confirm: 'never' | 'depends' | 'always';
  /** Of a tool that has several operations: the facts are each one's own. */
  readonly ops?: Readonly<Record<string, Pick<ToolLike, 'level' | 'effect' | 'confirm'>>>;
}

export interface ContractRules {
  readonly prefix: string;
  readonly levels: readonly string[];
  readonly toolsets: readonly string[];
  readonly maxTools: number;
  readonly maxTokens: number;
  /** name → advertised JSON Schema. */
  readonly inputSchema: (tool: ToolLike) => Record<string, unknown>;
}

const limits = { name: 28, description: 800, tokens: 600 };

/** Each operation is held to the rules of a tool of its own. */
const opChecks = ({ level, ops, ...tool }: ToolLike, rules: ContractRules): readonly (readonly [boolean, string])[] =>
  Object.entries(ops ?? { '': { ...tool, level } }).flatMap(([op, facts]) => [
    [rules.levels.includes(facts.level), `level ${facts.level} is not one of the server's`],
    [rules.levels.indexOf(facts.level) >= rules.levels.indexOf(level), `op ${op} has a lower level than the first one`],
    [facts.effect === 'read' || facts.level !== rules.levels[0], `what changes things may not have the lowest level: ${op}`],
    [facts.effect !== 'destroy' || facts.confirm !== 'never', `what destroys must ask: ${op}`],
  ]);

const problemsOf = (tool: ToolLike, rules: ContractRules): string[] => {
  const schema = rules.inputSchema(tool);
  const properties = (schema.properties ?? {}) as Record<string, { description?: string }>;
  const checks: readonly (readonly [boolean, string])[] = [
    [tool.name.startsWith(`${rules.prefix}_`), `name must start with ${rules.prefix}_`],
    [/^[a-z][a-z0-9_]*$/.test(tool.name) && tool.name.length <= limits.name, `name must be snake_case, at most ${limits.name}`],
    [tool.title.length > 0, 'title is empty'],
    [
      tool.description.length > 20 && tool.description.length <= limits.description,
      `description must have 20 to ${limits.description} characters`,
    ],
    [rules.levels.includes(tool.level), `level ${tool.level} is not one of the server's`],
    ...opChecks(tool, rules),
    [rules.toolsets.includes(tool.toolset), `toolset ${tool.toolset} is not one of the server's`],
    [schema.type === 'object', 'input must be an object'],
    [!('anyOf' in schema || 'oneOf' in schema || 'allOf' in schema), 'no union at the root of the input'],
    [
      toolTokens({ name: tool.name, description: tool.description, inputSchema: schema }) <= limits.tokens,
      `more than ${limits.tokens} tokens`,
    ],
    [Object.keys(properties).every((key) => /^[a-z][a-z0-9_]*$/.test(key)), 'argument names must be snake_case'],
  ];
  return checks.filter(([ok]) => !ok).map(([, problem]) => `${tool.name}: ${problem}`);
};

/** Everything in a tool list that breaks a rule of the house. */
export const contractProblems = (tools: readonly ToolLike[], rules: ContractRules): readonly string[] => {
  const total = tools.reduce(
    (sum, tool) => sum + toolTokens({ name: tool.name, description: tool.description, inputSchema: rules.inputSchema(tool) }),
    0,
  );
  const names = new Set(tools.map((tool) => tool.name));
  return [
    ...tools.flatMap((tool) => problemsOf(tool, rules)),
    ...(names.size === tools.length ? [] : ['two tools of one name']),
    ...(tools.length <= rules.maxTools ? [] : [`${tools.length} tools, at most ${rules.maxTools}`]),
    ...(total <= rules.maxTokens ? [] : [`${total} tokens, at most ${rules.maxTokens}`]),
  ];
};
