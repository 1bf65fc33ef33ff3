import { isToolError, refuse, type SideEffects, ToolError } from '../errors/tool-error.ts';
import type { Deadline } from '../time/deadline.ts';

interface Limits {
  /** Joins the time of the call with the client's cancellation; is cleared at the end. */
  readonly deadline: Deadline;
  readonly deadlineMs: number;
  /** What the call may have done by now. */
  sideEffects(): SideEffects;
}

const tooLate = (name: string, deadlineMs: number, sideEffects: SideEffects): ToolError =>
  new ToolError({
    code: 'timeout',
    what: `${name} did not finish within ${Math.round(deadlineMs / 1000)} s.`,
    retryable: sideEffects === 'none',
    sideEffects,
    next: [sideEffects === 'unknown' ? 'Read the state of the target before you repeat the call.' : 'Ask for less, or try again later.'],
  });

/** Ends an action at the deadline or when the client cancels, and says truly what may have happened. What the action itself says of its end, at once, goes before our own words: it knows what it was waiting for. */
export const withDeadline = async <T>(name: string, act: () => Promise<T>, limits: Limits): Promise<T> => {
  const { deadline, deadlineMs, sideEffects } = limits;
  if (deadline.signal.aborted) throw refuse('cancelled', `${name} was cancelled before it began.`);
  const ended = new Promise<never>((_resolve, reject) => {
    // Listens before the action does: what it may have done is asked before it hears of the end.
    const onEnd = (): void => {
      if (deadline.ended !== 'timeout')
        return reject(new ToolError({ code: 'cancelled', what: `${name} was cancelled.`, sideEffects: sideEffects() }));
      const error = tooLate(name, deadlineMs, sideEffects());
      setImmediate(() => reject(error));
    };
    deadline.signal.addEventListener('abort', onEnd, { once: true });
  });
  const own = (error: unknown): Promise<never> => (deadline.ended === 'timeout' && !isToolError(error) ? ended : Promise.reject(error));
  try {
    return await Promise.race([act().catch(own), ended]);
  } finally {
    deadline.clear();
  }
};
