import type { FaultControls } from '../faults.ts';
import type { Home } from '../home/home.ts';
import { newContext } from '../home/identifiers.ts';
import { USER_ID } from '../home/logbook.ts';
import type { Context, Json } from '../home/types.ts';

/** A command that was refused; code and message are sent as they are. */
export class CommandError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a command may use of the connection it came in on. */
export interface CommandContext {
  readonly home: Home;
  readonly faults: FaultControls;
  readonly isAdmin: boolean;
  readonly id: number;
  /** Keeps a subscription under the command's id until it is ended. */
  subscribe(end: () => void): void;
  /** Ends a subscription; false when there is none. */
  unsubscribe(id: number): boolean;
  /** Sends an event for the command's id. */
  event(event: unknown): void;
  /** Runs after the result was sent. */
  afterResult(run: () => void): void;
  /** From now on answers may be batched. */
  coalesce(): void;
}

export interface Command {
  /** Keys besides id and type; a `!` marks what must be there. */
  readonly keys: readonly string[];
  readonly admin?: boolean;
  readonly run: (context: CommandContext, message: Json) => unknown;
}

/** The commands of one area by their type. */
export type Commands = Readonly<Record<string, Command>>;

/** A command definition: keys as words in one string. */
export function command(keys: string, run: Command['run'], admin = false): Command {
  return { keys: keys === '' ? [] : keys.split(' '), run, admin };
}

/** A context in the name of the token's user. */
export function userContext(): Context {
  return newContext(USER_ID);
}

/** A time as Core reads it; undefined when it is none. */
export function readTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}
