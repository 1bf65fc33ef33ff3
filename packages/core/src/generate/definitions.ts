import type { SettingsSchema } from '../config/setting.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import type { AnyTool } from '../tool/define-tool.ts';
import { annotations, inputJsonSchema } from '../tool/tool-schema.ts';

/** What a tool's definition says, without its code, and with its schema as it is advertised. */
export interface ToolFacts extends Omit<AnyTool<unknown>, 'input' | 'output' | 'handler' | 'idempotent'> {
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
    inputSchema: inputJsonSchema(tool),
    annotations: annotations(tool),
  })),
});
