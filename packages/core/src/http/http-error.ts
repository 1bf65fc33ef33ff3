import { type SideEffects, ToolError } from '../errors/tool-error.ts';
import { type ConnectionNames, connectionCause } from './connection-cause.ts';

/** `upstream_unavailable` with the exact cause in words. Upstream's own text stays out. */
export const unavailable = (
  error: unknown,
  { host, names }: { readonly host: string; readonly names: ConnectionNames | undefined },
  sideEffects: SideEffects,
): ToolError => {
  const known = connectionCause(error, names);
  return new ToolError(
    {
      code: 'upstream_unavailable',
      what:
        sideEffects === 'unknown'
          ? `${host} broke off after the request was sent. It may have taken effect.`
          : `${host} cannot be reached.`,
      why: known.why,
      next: sideEffects === 'unknown' ? ['Read the state back before you repeat the call.', known.next] : [known.next],
      retryable: known.isPassing && sideEffects === 'none',
      sideEffects,
    },
    { cause: error },
  );
};

export const timedOut = (host: string, afterMs: number, sideEffects: SideEffects): ToolError => {
  const seconds = `${Math.round(afterMs / 100) / 10} s`;
  return new ToolError({
    code: 'timeout',
    what:
      sideEffects === 'unknown'
        ? `${host} did not answer within ${seconds} after the request was sent. It may have taken effect.`
        : `${host} did not answer within ${seconds}.`,
    next: [sideEffects === 'unknown' ? 'Read the state back before you repeat the call.' : 'Try again, or ask for less at once.'],
    retryable: sideEffects === 'none',
    sideEffects,
  });
};

export const cancelled = (sideEffects: SideEffects): ToolError =>
  new ToolError({
    code: 'cancelled',
    what:
      sideEffects === 'unknown'
        ? 'The call was cancelled after the request was sent. It may have taken effect.'
        : 'The call was cancelled.',
    sideEffects,
  });

/** `upstream_error`: it answered, but not with what the protocol promises. */
export const badAnswer = (what: string, next: string, sideEffects: SideEffects): ToolError =>
  new ToolError({ code: 'upstream_error', what, next: [next], sideEffects });
