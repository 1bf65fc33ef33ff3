import { type ErrorCode, refuse, type ToolError } from '@switchyard-mcp/core';
import { statusError } from '@switchyard-mcp/core/http';
import { isRecord } from '@switchyard-mcp/core/json';
import { wordsOf } from './raw.ts';

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

/** The wall before the cloud refuses this address: anything sent now makes it last longer. `heldMs`: for so long nothing is sent. */
export const blockedError = (heldMs?: number): ToolError =>
  refuse(
    'rate_limited',
    `Vivint refuses requests from this network for now${heldMs === undefined ? '' : `; nothing is sent for ${Math.ceil(heldMs / 60_000)} min`}.`,
    {
      why: 'Too many logins or requests came from this address; the block ends by itself, mostly within a day.',
      ...(heldMs === undefined
        ? { next: ['Wait at least an hour before trying again; trying makes it longer.'] }
        : { next: ['Wait: until then nothing is sent, whatever is called.'], retryAfterMs: heldMs }),
    },
  );

/** Too many requests. */
export const tooMany = (retryAfterMs: number | undefined): ToolError =>
  statusError({ status: 429, retryAfterMs }, { system: 'Vivint', doing: 'The request', write: false });

/** A refused command has nothing to do with how it was asked; 423 comes from a panel that is busy. Whatever else was wrong with it, it was not done. */
const commandCode = (status: number): ErrorCode | undefined => {
  if (status >= 500) return 'upstream_unavailable';
  return status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status) ? 'conflict' : undefined;
};
const readCode = (status: number): ErrorCode | undefined => {
  if (status >= 500) return 'upstream_unavailable';
  return status === 409 ? 'invalid_input' : undefined;
};

const advice = {
  permission_denied: ['use an account with the rights, or leave it to a person in the Vivint app.'],
  not_found: ['list again: it may have been removed.'],
} as const;

/** Names the cause of a refused request. `doing`: "Reading the system", "Locking Front Door". */
export const cloudError = (answer: BadAnswer, doing: string, write: boolean): ToolError => {
  if (isBlocked(answer)) return blockedError();
  const { status, body } = answer;
  const code = (write ? commandCode : readCode)(status);
  return statusError(answer, {
    system: 'Vivint',
    doing,
    write,
    why: reasonOf(body),
    ...(code === undefined ? {} : { codes: { [status]: code } }),
    next: advice,
  });
};
