import { ToolError } from '@switchyard-mcp/core';
import { isRecord, wordsOf } from './raw.ts';

/** What an answer with a bad status says, as far as it is fit for an error. */
export interface BadAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterMs?: number | undefined;
  /** A page instead of data, as the wall before the cloud answers. */
  readonly htmlPage?: boolean;
}

/** Is this the wall that turns the address away, not the cloud that refuses a thing? */
export const isBlocked = ({ status, htmlPage }: BadAnswer): boolean => status === 403 && htmlPage === true;

/** The cloud's own words, short and on one line. They go into `why` only. */
export const reasonOf = (body: unknown): string | undefined => {
  if (!isRecord(body)) return undefined;
  return ['msg', 'message', 'error_description', 'error'].flatMap((key) => wordsOf(body, key, 160) ?? [])[0];
};

const seconds = (ms: number): string => `${Math.max(1, Math.ceil(ms / 1000))} s`;

/** The wall before the cloud refuses this address: anything sent now makes it last longer. `heldMs`: for so long nothing is sent. */
export const blockedError = (heldMs?: number): ToolError =>
  new ToolError({
    code: 'rate_limited',
    what: `Vivint refuses requests from this network for now${heldMs === undefined ? '' : `; nothing is sent for ${Math.ceil(heldMs / 60_000)} min`}`,
    why: 'Too many logins or requests came from this address; the block ends by itself, mostly within a day.',
    ...(heldMs === undefined
      ? { next: ['wait at least an hour before trying again; trying makes it longer.'] }
      : { next: ['wait: until then nothing is sent, whatever is called.'], retryAfterMs: heldMs }),
    retryable: false,
    sideEffects: 'none',
  });

export const tooMany = (retryAfterMs: number | undefined): ToolError =>
  new ToolError({
    code: 'rate_limited',
    what: 'Vivint asks to slow down',
    next: [`try again in ${seconds(retryAfterMs ?? 60_000)}.`],
    retryable: true,
    retryAfterMs: retryAfterMs ?? 60_000,
    sideEffects: 'none',
  });

/** Names the cause of a refused request. `doing`: "Reading the system", "Locking Front Door". */
export const cloudError = (answer: BadAnswer, doing: string, write: boolean): ToolError => {
  const { status, body } = answer;
  const why = reasonOf(body);
  const base = { retryable: false, sideEffects: 'none' as const, ...(why === undefined ? {} : { why }) };
  if (status === 429) return tooMany(answer.retryAfterMs);
  if (isBlocked(answer)) return blockedError();
  if (status === 403)
    return new ToolError({
      ...base,
      code: 'permission_denied',
      what: `${doing} is not allowed to this Vivint user`,
      next: ['use an account with the rights, or leave it to a person in the Vivint app.'],
    });
  if (status === 404)
    return new ToolError({
      ...base,
      code: 'not_found',
      what: `${doing}: Vivint does not know it`,
      next: ['list again: it may have been removed.'],
    });
  // Whatever else the client is told it did wrong, 423 for a panel that is busy, was not done.
  if (status === 400 || status === 409 || status === 422 || (write && status >= 400 && status < 500 && status !== 408))
    return new ToolError({
      ...base,
      code: write ? 'conflict' : 'invalid_input',
      what: `${doing} was refused by Vivint`,
      next: ['read the state and the reason; change what stands in the way, then call again.'],
    });
  return new ToolError({
    ...base,
    code: status >= 500 ? 'upstream_unavailable' : 'upstream_error',
    what: `${doing} failed: Vivint answered ${status}`,
    next: [write ? 'read the state before you repeat it: it may have been done.' : 'try again in a minute.'],
    retryable: !write,
    sideEffects: write ? 'unknown' : 'none',
  });
};
