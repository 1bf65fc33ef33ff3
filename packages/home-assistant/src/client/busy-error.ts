import { ToolError } from '@switchyard-mcp/core';
import { retryAfterMs } from '@switchyard-mcp/core/http';

/** When nothing says how long to wait, or says "now" to a client that was just refused. */
const usualMs = 60_000;
const shortestMs = 1_000;

/** Too many requests: a proxy in front, or Home Assistant's cloud, counts them. Nothing was done with this one. */
export const busyError = (who: string, retryAfter: string | undefined): ToolError => {
  const waitMs = Math.max(shortestMs, retryAfterMs(retryAfter) ?? usualMs);
  return new ToolError({
    code: 'rate_limited',
    what: `${who} takes no more requests for now (429).`,
    next: ['Wait that long, then try again.'],
    retryable: true,
    retryAfterMs: waitMs,
    sideEffects: 'none',
  });
};
