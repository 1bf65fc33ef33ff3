import { isToolError, refuse, type SideEffects, ToolError } from '../errors/tool-error.ts';

interface Limits {
  /** Aborted at the deadline, so that what still runs can stop. */
  readonly deadline: AbortController;
  readonly deadlineMs: number;
  /** Of the client. */
  readonly signal: AbortSignal;
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

/** Ends an act at the deadline or when the client cancels, and says truly what may have happened. What the act itself says of its end, at once, goes before our own words: it knows what it was waiting for. */
export const withDeadline = async <T>(name: string, act: () => Promise<T>, limits: Limits): Promise<T> => {
  const { deadline, deadlineMs, signal } = limits;
  if (signal.aborted) throw refuse('cancelled', `${name} was cancelled before it began.`);
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = tooLate(name, deadlineMs, limits.sideEffects());
      deadline.abort(new DOMException('the deadline of the call passed', 'TimeoutError'));
      setImmediate(() => reject(error));
    }, deadlineMs);
    onAbort = () => reject(new ToolError({ code: 'cancelled', what: `${name} was cancelled.`, sideEffects: limits.sideEffects() }));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const own = (error: unknown): Promise<never> => (deadline.signal.aborted && !isToolError(error) ? late : Promise.reject(error));
  try {
    return await Promise.race([act().catch(own), late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
};
