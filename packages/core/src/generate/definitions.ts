import type { SettingsSchema } from '../config/setting.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import type { Effect } from '../tool/define-tool.ts';
import { annotations, inputJsonSchema } from '../tool/tool-schema.ts';

export interface ToolFacts {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: string;
  readonly level: string;
  readonly effect: Effect;
  readonly confirm: string;
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
