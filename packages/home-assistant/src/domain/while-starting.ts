import { isToolError, refuse } from '@switchyard-mcp/core';
import type { HomeOperations } from './operations.ts';

/** Runs what looks for entities or actions. While Home Assistant starts, "does not exist" would be untrue: it may only not be loaded yet. */
export const whileStarting = async <T>(operations: HomeOperations, signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (error) {
    if (!isToolError(error) || error.fields.code !== 'not_found') throw error;
    const state = await operations.config(signal).then(
      (config) => config.state,
      () => undefined,
    );
    if (state !== 'STARTING' && state !== 'NOT_RUNNING') throw error;
    throw refuse('upstream_unavailable', 'Home Assistant is still starting, so not everything is there yet.', {
      why: error.fields.what,
      next: ['Try again in a few seconds.'],
      retryable: true,
      retryAfterMs: 5_000,
      cause: error,
    });
  }
};
