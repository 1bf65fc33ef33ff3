import { nearMisses } from '../errors/near-miss.ts';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import { allows } from '../security/levels.ts';
import type { AnyTool } from './define-tool.ts';
import { opsInForce, toolInForce } from './tool-in-force.ts';

/** How the server was started, as far as it bears on what a person could do about a refusal. */
export interface StartFacts {
  /** `--read-only` stands above every level. */
  readonly readOnly?: boolean;
  /** Variables that give secrets; they stand above what a login stores. */
  readonly secretVariables?: readonly string[];
}

export interface GateOptions<Operations> {
  readonly tools: readonly AnyTool<Operations>[];
  readonly levels: readonly string[];
  /** The level in force. */
  readonly level: string;
  /** Toolsets in force; all when absent. */
  readonly toolsets?: readonly string[] | undefined;
  readonly startedWith?: StartFacts | undefined;
  /** Settings that are switched on, for tools that depend on one. */
  readonly switchedOn?: readonly string[] | undefined;
}

/** Which tools there are for a caller. */
export interface Gate<Operations> {
  /** As the level in force sees them, in their order. */
  readonly tools: readonly AnyTool<Operations>[];
  find(name: string): AnyTool<Operations> | undefined;
  /** The tool, for a call with these arguments. @throws ToolError when it, or its op, is unknown or above the level */
  enter(name: string, raw: Readonly<Record<string, unknown>>): AnyTool<Operations>;
}

const isSwitchedOn = <Operations>({ setting }: AnyTool<Operations>, { switchedOn }: GateOptions<Operations>): boolean =>
  setting === undefined || (switchedOn?.includes(setting) ?? false);

const aboveLevel = <Operations>(what: string, needed: string, { level, startedWith }: GateOptions<Operations>): ToolError =>
  refuse('permission_denied', `${what} needs the level "${needed}", this server runs at "${level}".`, {
    next: [
      startedWith?.readOnly
        ? `The person who set it up can start it without read-only, at level ${needed} or above.`
        : `The person who set it up can start it with --level ${needed}.`,
    ],
  });

/** The lowest level that reaches something of a tool. */
const lowestLevel = <Operations>(tool: AnyTool<Operations>, levels: readonly string[]): string =>
  tool.ops === undefined ? tool.level : (levels.find((level) => opsInForce(tool, levels, level)?.length) ?? tool.level);

const unknownTool = <Operations>(name: string, options: GateOptions<Operations>, known: readonly string[]): ToolError => {
  const shown = String(name).slice(0, 64);
  const hidden = options.tools.find((tool) => tool.name === name);
  if (hidden && toolInForce(hidden, options.levels, options.level) === undefined)
    return aboveLevel(hidden.name, lowestLevel(hidden, options.levels), options);
  if (hidden && !isSwitchedOn(hidden, options))
    return refuse('permission_denied', `${hidden.name} is switched off.`, {
      next: [`The person who set it up can switch it on with the setting "${hidden.setting ?? ''}".`],
    });
  return refuse('not_found', `There is no tool "${shown}".`, { didYouMean: nearMisses(shown, known) });
};

/** An op that is there, but above the level: it is named, as the whole tool would be. */
const refuseOpAbove = <Operations>(tool: AnyTool<Operations>, op: unknown, options: GateOptions<Operations>): void => {
  const all = options.tools.find(({ name }) => name === tool.name)?.ops;
  const wanted = all !== undefined && typeof op === 'string' && Object.hasOwn(all, op) ? all[op] : undefined;
  if (wanted && !allows(options.levels, options.level, wanted.level)) throw aboveLevel(`${tool.name} op="${op}"`, wanted.level, options);
};

export const createGate = <Operations>(options: GateOptions<Operations>): Gate<Operations> => {
  const tools = options.tools
    .filter((tool) => (options.toolsets?.includes(tool.toolset) ?? true) && isSwitchedOn(tool, options))
    .flatMap((tool) => toolInForce(tool, options.levels, options.level) ?? []);
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return {
    tools,
    find: (name) => byName.get(name),
    enter: (name, raw) => {
      const tool = byName.get(name);
      if (!tool) throw unknownTool(name, options, [...byName.keys()]);
      refuseOpAbove(tool, raw['op'], options);
      return tool;
    },
  };
};
