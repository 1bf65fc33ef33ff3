import { ToolError } from '@switchyard-mcp/core';
import { isRecord, textOf } from './frame.ts';
import { cleanMessage } from './map-error.ts';

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

const messageOf = (body: unknown): string | undefined => {
  const message = isRecord(body) ? textOf(body, 'message') : undefined;
  return message === undefined ? undefined : cleanMessage(message);
};

/** What a bad status means. `doing` is the beginning of a sentence: "Reloading the integration". */
export const refusedRequest = ({ status, body }: RestAnswer, doing: string, write: boolean): ToolError => {
  const why = messageOf(body);
  const base = { retryable: false, sideEffects: 'none' as const, ...(why ? { why } : {}) };
  if (status === 401 || status === 403)
    return new ToolError({
      ...base,
      code: 'permission_denied',
      what: `${doing} is not allowed to this token's user.`,
      next: ['Use a token of a Home Assistant administrator.'],
    });
  if (status === 404)
    return new ToolError({
      ...base,
      code: 'not_found',
      what: `${doing}: it does not exist.`,
      next: ['List what there is, then call again.'],
    });
  if (status === 400)
    return new ToolError({
      ...base,
      code: 'invalid_input',
      what: `${doing} was refused by Home Assistant.`,
      next: ['Correct the arguments as the reason says.'],
    });
  return new ToolError({
    ...base,
    code: 'upstream_error',
    what: `${doing} failed: Home Assistant answered ${status}.`,
    next: ['Look at the log of Home Assistant for the cause.'],
    sideEffects: write ? 'unknown' : 'none',
  });
};

/** The body of a good answer. @throws ToolError for any other status. */
export const jsonOf = (answer: RestAnswer, doing: string, write = true): unknown => {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw refusedRequest(answer, doing, write);
};
