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
}

/** A definition of whatever input; what lists of tools hold. */
// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant in their arguments; the call path parses with the same object's schema first.
export type AnyTool<Operations> = ToolDefinition<Operations, any>;

/** Identity helper: checks the object's type and freezes it. */
export const defineTool =
  <Operations>() =>
  <Input extends z.ZodObject>(tool: ToolDefinition<Operations, Input>): ToolDefinition<Operations, Input> =>
    Object.freeze(tool);
