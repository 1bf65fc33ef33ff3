import type * as z from 'zod';
import type { Approval } from '../runtime/approvals.ts';
import type { Writes } from '../runtime/writes.ts';

/** What a call can do to the world. The MCP annotations are derived from it. */
export type Effect = 'read' | 'change' | 'destroy';

/** `never`: no act of this tool needs a person. `depends`: the handler asks when its target calls for it. `always`: every call asks. */
export type ConfirmRule = 'never' | 'depends' | 'always';

/** What a person is asked to agree to. */
export interface ConfirmationRequest {
  /** One plain sentence of our own words, naming the target by id: "Unlock lock.front_door". */
  readonly summary: string;
  /** One row per act: [verb, target, from → to or a note]. */
  readonly will: readonly (readonly string[])[];
  /** What speaks against it, if anything. */
  readonly against?: readonly string[];
  /** State of the targets as seen now. If it differs at the second call, the token is refused. */
  readonly state: unknown;
}

/** Progress of a long call; dropped when the client did not ask for it. */
export type ReportProgress = (done: number, total?: number, message?: string) => void;

export interface ToolContext<Operations> {
  readonly operations: Operations;
  readonly signal: AbortSignal;
  /** Milliseconds left of this call's deadline (45 s by default). */
  remainingMs(): number;
  readonly progress: ReportProgress;
  /** For several writes that are one: see `Writes.track`. */
  readonly writes: Writes;
  /**
   * Resolves when somebody agreed, else throws a signal that the call path turns into a question or a preview with a token.
   * Everything before it runs again at the second call, so it must only read.
   */
  confirm(request: ConfirmationRequest): Promise<Approval>;
}

/** An image of a reply; `data` is base64. */
export interface ReplyImage {
  readonly mimeType: 'image/png' | 'image/jpeg';
  readonly data: string;
}

/** What a handler returns. `data` goes out as structuredContent and, in compact JSON, as text. */
export interface ToolReply {
  readonly data: Record<string, unknown>;
  readonly images?: readonly ReplyImage[];
}

/** One operation of a tool that has several, with the facts that are its own. */
export interface OpDefinition<Operations, Args> {
  readonly effect: Effect;
  /** Lowest level of the server's ordered list that may call it. */
  readonly level: string;
  readonly confirm: ConfirmRule;
  /** The arguments that it takes besides `op`; all when absent. What no operation in force takes is not advertised. */
  readonly takes?: readonly string[];
  run(args: Args, context: ToolContext<Operations>): Promise<ToolReply>;
}

/** The only source of a tool's facts. Registration, docs, token counts and tests read this object. */
export interface ToolDefinition<Operations, Input extends z.ZodObject = z.ZodObject> {
  /** `<system>_<verb>_<noun>`, at most 28 characters. */
  readonly name: string;
  readonly title: string;
  /** First sentence: what it returns or changes. Then when to use it and which sibling instead. */
  readonly description: string;
  readonly toolset: string;
  /** Lowest level of the server's ordered list that may call it. */
  readonly level: string;
  readonly effect: Effect;
  readonly confirm: ConfirmRule;
  /** May be repeated with the same arguments without further effect. */
  readonly idempotent: boolean;
  readonly input: Input;
  /** Exactly the fields of every reply, strict and lazy: only tests hold replies against it, and clients are not sent it. */
  readonly output: z.ZodType<Record<string, unknown>>;
  /** Name of a yes-or-no setting of the server without which the tool is not offered. */
  readonly setting?: string;
  /** What the audit trail may keep of the arguments; all of them when absent. For tools that are given secrets. */
  trailOf?(args: z.output<Input>): unknown;
  handler(args: z.output<Input>, context: ToolContext<Operations>): Promise<ToolReply>;
  /** The operations of a tool with an `op` argument, by its values. Then level, effect, confirm and handler follow from them. */
  // biome-ignore lint/suspicious/noExplicitAny: an operation takes the arguments of the tool's own schema.
  readonly ops?: Readonly<Record<string, OpDefinition<Operations, any>>>;
  /** Of a tool as a level sees it: the whole tool. Set by core. */
  readonly narrows?: ToolDefinition<Operations, Input>;
}

/** A tool of one operation. */
export interface SingleToolDefinition<Operations, Input extends z.ZodObject>
  extends Omit<ToolDefinition<Operations, Input>, 'ops' | 'narrows'> {
  readonly ops?: never;
}

type Derived = 'level' | 'effect' | 'confirm' | 'handler' | 'ops' | 'narrows';

/** A tool whose facts are those of its operations. The first of them has the lowest level. */
export interface OpsToolDefinition<Operations, Input extends z.ZodObject> extends Omit<ToolDefinition<Operations, Input>, Derived> {
  readonly ops: Readonly<Record<Extract<z.output<Input>, { readonly op: string }>['op'], OpDefinition<Operations, z.output<Input>>>>;
}

/** A definition of whatever input; what lists of tools hold. */
// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant in their arguments; the call path parses with the same object's schema first.
export type AnyTool<Operations> = ToolDefinition<Operations, any>;

const effects: readonly Effect[] = ['read', 'change', 'destroy'];

/** What a tool says of all its operations together: the strongest effect, and whether any of them may ask. */
export const factsOfOps = (ops: readonly OpDefinition<never, never>[]): Pick<AnyTool<never>, 'level' | 'effect' | 'confirm'> => {
  const [first] = ops;
  const strongest = Math.max(0, ...ops.map(({ effect }) => effects.indexOf(effect)));
  const same = ops.every(({ confirm }) => confirm === first?.confirm);
  return {
    level: first?.level ?? '',
    effect: effects[strongest] ?? 'destroy',
    confirm: same ? (first?.confirm ?? 'never') : 'depends',
  };
};

const withFactsOf = <Operations, Input extends z.ZodObject>(
  tool: OpsToolDefinition<Operations, Input>,
): ToolDefinition<Operations, Input> => {
  const ops: Readonly<Record<string, OpDefinition<Operations, z.output<Input>>>> = tool.ops;
  return {
    ...tool,
    ...factsOfOps(Object.values(ops)),
    handler: async (args, context) => {
      const op = ops[String((args as { readonly op?: unknown }).op)];
      if (op === undefined) throw new Error(`${tool.name} has no such op`);
      return op.run(args, context);
    },
  };
};

/** Checks a tool's type and freezes it. A tool may declare `ops` in the place of level, effect, confirm and handler. */
export const defineTool =
  <Operations>() =>
  <Input extends z.ZodObject>(
    tool: SingleToolDefinition<Operations, Input> | OpsToolDefinition<Operations, Input>,
  ): ToolDefinition<Operations, Input> =>
    Object.freeze('handler' in tool ? tool : withFactsOf(tool));
