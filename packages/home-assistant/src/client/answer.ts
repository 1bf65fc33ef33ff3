import { setMaxListeners } from 'node:events';
import { ToolError } from '@switchyard-mcp/core';
import { cancelledError, toToolError } from './map-error.ts';
import type { Pending } from './pending.ts';

export interface CommandOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** A write is sent at most once, and its failure says that it may have happened. */
  readonly write?: boolean;
  /** What failed, in our own words without a full stop: "Calling light.turn_on". */
  readonly doing: string;
}

const defaultTimeoutMs = 20_000;

/** What a pending command is rejected with when the connection ends; the socket turns it into a ToolError. */
export const dropped = new Error('connection lost');

/** The connection ended while a command waited. */
export const lostError = (settings: CommandOptions): ToolError =>
  new ToolError({
    code: 'upstream_unavailable',
    what: `${settings.doing}: the connection to Home Assistant was lost before it answered.`,
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

/** Waits for the answer of a command that was sent. */
export const waitForAnswer = (pending: Pending, id: number, settings: CommandOptions): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ms = settings.timeoutMs ?? defaultTimeoutMs;
    const sideEffects = settings.write === true ? 'unknown' : 'none';
    const finish = (): void => {
      clearTimeout(timer);
      settings.signal.removeEventListener('abort', abort);
      pending.forget(id);
    };
    const abort = (): void => {
      finish();
      reject(cancelledError(settings.signal, settings.doing, sideEffects));
    };
    const timer = setTimeout(() => {
      finish();
      reject(timeoutError(settings, ms));
    }, ms).unref();
    // A call may read a thousand bodies at once; Node would take the eleventh wait on its signal for a leak.
    setMaxListeners(0, settings.signal);
    settings.signal.addEventListener('abort', abort, { once: true });
    pending.expect(id, {
      resolve: (result) => {
        finish();
        resolve(result);
      },
      reject: (error) => {
        finish();
        reject(
          error === undefined ? dropped : toToolError(error, `${settings.doing} was refused by Home Assistant.`, settings.write === true),
        );
      },
    });
    if (settings.signal.aborted) abort();
  });
