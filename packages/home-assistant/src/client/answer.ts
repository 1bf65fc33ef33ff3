import { setMaxListeners } from 'node:events';
import { type Clock, type Listen, ToolError, waitUntil } from '@switchyard-mcp/core';
import { cancelledError, toToolError, type UpstreamError } from './map-error.ts';
import { Dropped, type Pending } from './pending.ts';

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** A write is sent at most once, and its failure says that it may have happened. */
  readonly write?: boolean;
  /** What failed, in our own words without a full stop: "Calling light.turn_on". */
  readonly doing: string;
}

const defaultTimeoutMs = 20_000;

/** The connection ended while a command waited. */
export const lostError = (settings: CommandOptions, { why }: Dropped): ToolError =>
  new ToolError({
    code: 'upstream_unavailable',
    what: `${settings.doing}: the connection to Home Assistant was lost before it answered.`,
    ...(why === undefined ? {} : { why }),
    next:
      settings.write === true
        ? ['Read the state of the targets before trying again: it may have been done.']
        : ['Try again in a few seconds.'],
    retryable: settings.write !== true,
    sideEffects: settings.write === true ? 'unknown' : 'none',
  });

const timeoutError = (settings: CommandOptions, ms: number): ToolError =>
  new ToolError({
    code: 'timeout',
    what: `${settings.doing}: Home Assistant did not answer within ${Math.round(ms / 100) / 10} s.`,
    next:
      settings.write === true
        ? ['Read the state of the targets before trying again: it may have been done.']
        : ['Try again, or ask for less at once.'],
    retryable: settings.write !== true,
    sideEffects: settings.write === true ? 'unknown' : 'none',
  });

/** Waits for the answer of a command that was sent. Rejects with a Dropped when the connection ends; the socket turns that into a ToolError. */
export const waitForAnswer = async (
  pending: Pending,
  id: number,
  settings: CommandOptions & { readonly clock: Clock },
): Promise<unknown> => {
  const { clock, signal, doing, timeoutMs: ms = defaultTimeoutMs } = settings;
  // A call may read a thousand bodies at once; Node would take the eleventh wait on its signal for a leak.
  setMaxListeners(0, signal);
  const refused = (error: UpstreamError): ToolError =>
    toToolError(error, `${doing} was refused by Home Assistant.`, settings.write === true);
  const listen: Listen<unknown> = (met, failed) => {
    pending.expect(id, { resolve: met, reject: (error) => failed(error instanceof Dropped ? error : refused(error)) });
    return () => pending.forget(id);
  };
  const answered = await waitUntil(listen, { clock, ms, signal });
  if (answered.ended === 'met') return answered.value;
  if (answered.ended === 'timeout') throw timeoutError(settings, ms);
  throw cancelledError(signal, doing, settings.write === true ? 'unknown' : 'none');
};
