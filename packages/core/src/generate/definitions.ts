import type { SettingsSchema } from '../config/setting.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import type { AnyTool } from '../tool/define-tool.ts';
import { annotations, inputJsonSchema } from '../tool/tool-schema.ts';

export type OpFacts = Pick<AnyTool<unknown>, 'level' | 'effect' | 'confirm'>;

const opFacts = (ops: NonNullable<AnyTool<never>['ops']>): Readonly<Record<string, OpFacts>> =>
  Object.fromEntries(Object.entries(ops).map(([name, { level, effect, confirm }]) => [name, { level, effect, confirm }]));

/** What a tool's definition says, without its code, and with its schema as it is advertised. */
export interface ToolFacts extends Omit<AnyTool<unknown>, 'input' | 'output' | 'handler' | 'idempotent' | 'ops' | 'narrows'> {
  /** Of a tool that has several operations: what is each one's own. */
  readonly ops?: Readonly<Record<string, OpFacts>>;
  readonly inputSchema: Record<string, unknown>;
  readonly annotations: Record<string, unknown>;
}

/** Every fact of a server's tools as plain data. */
export const definitionsOf = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): { readonly name: string; readonly levels: readonly string[]; readonly tools: readonly ToolFacts[] } => ({
  name: definition.name,
  levels: definition.levels,
  tools: definition.tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    toolset: tool.toolset,
    level: tool.level,
    effect: tool.effect,
    confirm: tool.confirm,
    ...(tool.ops === undefined ? {} : { ops: opFacts(tool.ops) }),
    inputSchema: inputJsonSchema(tool),
    annotations: annotations(tool),
  })),
});
