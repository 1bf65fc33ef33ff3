import { setMaxListeners } from 'node:events';
import { refuse, type SideEffects } from '../errors/tool-error.ts';
import { truthful, type WriteScope, type WriteTracker } from '../runtime/writes.ts';
import type { Clock } from '../time/clock.ts';
import { startDeadline } from '../time/deadline.ts';
import { NeedsConsent } from './call-consent.ts';
import type { ToolContext, ToolReply } from './define-tool.ts';
import { withDeadline } from './with-deadline.ts';

export interface HandlerRun<Operations> {
  readonly name: string;
  /** Can it change anything? */
  readonly writes: boolean;
  readonly deadlineMs: number;
  /** Of the client. */
  readonly signal: AbortSignal;
  readonly tracker: WriteTracker;
  readonly clock: Clock;
  operations(): Operations | Promise<Operations>;
  handler(context: Pick<ToolContext<Operations>, 'operations' | 'signal' | 'remainingMs' | 'writes'>): Promise<ToolReply>;
}

/** How a handler ended: with a reply, or at a point where a person must agree. */
export type HandlerEnd = { readonly reply: ToolReply } | { readonly needs: NeedsConsent; readonly wrote: boolean };

/** Connects and runs a handler within its deadline. @throws what it failed at, with side effects that are true: once a write went out, not "none". */
export const runHandler = async <Operations>(run: HandlerRun<Operations>): Promise<HandlerEnd> => {
  const { name, writes, deadlineMs, tracker } = run;
  const deadline = startDeadline({ clock: run.clock, ms: deadlineMs, signal: run.signal });
  const { signal, remainingMs } = deadline;
  // A call may have hundreds of requests under way; that is no leak to warn of.
  setMaxListeners(0, signal);
  const scope: WriteScope = { within: new Set() };
  let began = false;
  // Connecting counts: it must not outlast the client's patience either, and a call given up meanwhile must not begin.
  const begin = async (): Promise<ToolReply> => {
    const operations = await run.operations();
    if (signal.aborted) throw refuse('cancelled', `${name} was cancelled before it began.`);
    began = true;
    const handler = (): Promise<ToolReply> => run.handler({ operations, signal, remainingMs, writes: tracker });
    return writes ? tracker.inScope(scope, handler) : handler();
  };
  const sideEffects = (): SideEffects => (began && writes ? 'unknown' : 'none');
  try {
    return { reply: await withDeadline(name, begin, { deadline, deadlineMs, sideEffects }) };
  } catch (error) {
    if (error instanceof NeedsConsent) return { needs: error, wrote: scope.within.size > 0 };
    throw truthful(error, scope);
  }
};
