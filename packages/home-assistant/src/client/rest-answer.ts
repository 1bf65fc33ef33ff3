import type { ToolError } from '@switchyard-mcp/core';
import { retryAfterMs, statusError } from '@switchyard-mcp/core/http';
import { isRecord, textOf } from '@switchyard-mcp/core/json';
import { cleanMessage } from './map-error.ts';

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly htmlPage?: boolean;
}

/** Home Assistant's reason, cleaned, when it gave one. */
export const messageOf = (body: unknown): string | undefined => {
  const message = isRecord(body) ? textOf(body, 'message') : undefined;
  return message === undefined ? undefined : cleanMessage(message);
};

/** Mostly not the token itself: these refuse ordinary users with 401, and the WebSocket took the token. */
const notAllowed = "It is not allowed to this token's user, or a proxy in front of Home Assistant refused it.";

/** What a bad status means. `doing` is the beginning of a sentence: "Reloading the integration". */
export const refusedRequest = (answer: RestAnswer, doing: string, write: boolean): ToolError => {
  const { status, body, headers, htmlPage } = answer;
  return statusError(
    { status, htmlPage, retryAfterMs: retryAfterMs(headers?.['retry-after']) },
    {
      system: 'Home Assistant',
      doing,
      write,
      why: messageOf(body) ?? (status === 401 || status === 403 ? notAllowed : undefined),
      codes: { 401: 'permission_denied' },
      next: { permission_denied: ['Use a token of a Home Assistant administrator.'] },
      behindProxy: 'Home Assistant is not running, still starting, or too slow for the proxy.',
    },
  );
};

/** The body of a good answer. @throws ToolError for any other status. */
export const jsonOf = (answer: RestAnswer, doing: string, write = true): unknown => {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw refusedRequest(answer, doing, write);
};
