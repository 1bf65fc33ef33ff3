import { allows } from '../security/levels.ts';
import { type AnyTool, type ConfirmRule, type Effect, factsOfOps } from './define-tool.ts';

/** What core holds a call to: the facts of its operation where the tool has several, else the tool's own. */
export interface CallFacts {
  readonly tool: string;
  readonly op?: string;
  readonly effect: Effect;
  readonly confirm: ConfirmRule;
}

/** The facts of one call. An op that the tool does not have counts as everything that the tool can do. */
export const factsOfCall = <Operations>(tool: AnyTool<Operations>, { op }: { readonly op?: unknown }): CallFacts => {
  const { name, effect, confirm } = tool;
  const found = tool.ops !== undefined && typeof op === 'string' && Object.hasOwn(tool.ops, op) ? tool.ops[op] : undefined;
  if (found === undefined) return { tool: name, effect, confirm };
  return { tool: name, op: String(op), effect: found.effect, confirm: found.confirm };
};

/** Names of the operations that a level reaches; undefined for a tool without `ops`. */
export const opsInForce = <Operations>(
  { ops }: AnyTool<Operations>,
  levels: readonly string[],
  level: string,
): readonly string[] | undefined =>
  ops &&
  Object.entries(ops)
    .filter(([, op]) => allows(levels, level, op.level))
    .map(([name]) => name);

/**
 * The tool as a level sees it: of several operations only those that it reaches, with the strongest effect and confirm rule among them.
 * Undefined when the level reaches nothing of it.
 */
export const toolInForce = <Operations>(
  tool: AnyTool<Operations>,
  levels: readonly string[],
  level: string,
): AnyTool<Operations> | undefined => {
  const names = opsInForce(tool, levels, level);
  const { ops } = tool;
  if (names === undefined || ops === undefined) return allows(levels, level, tool.level) ? tool : undefined;
  if (names.length === 0) return undefined;
  if (names.length === Object.keys(ops).length) return tool;
  const inForce = Object.fromEntries(Object.entries(ops).filter(([name]) => names.includes(name)));
  return Object.freeze({ ...tool, ...factsOfOps(Object.values(inForce)), ops: inForce, narrows: tool });
};
