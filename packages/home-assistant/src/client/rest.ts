import { type Clock, ToolError, type Writes } from '@switchyard-mcp/core';
import { createHttpClient, type HttpRequest } from '@switchyard-mcp/core/http';
import { isRecord, rawTextOf, recordsIn, toRecord } from '@switchyard-mcp/core/json';
import type { CalendarEvent } from '../domain/model.ts';
import type { Span } from '../domain/span.ts';
import { toCalendarEvent } from './calendar.ts';
import { connectionNames } from './connect-error.ts';
import { messageOf, refusedRequest } from './rest-answer.ts';

export interface RestRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base address, with every value of it encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** By default all but GET. */
  readonly write?: boolean;
}

/** The few things that only the REST API can do. */
export interface RestApi {
  /** Any request; every status is an answer. A write is sent once. */
  send(request: RestRequest, signal: AbortSignal): Promise<{ readonly status: number; readonly body: unknown }>;
  /** A text, such as a log. */
  text(path: string, signal: AbortSignal): Promise<{ readonly status: number; readonly body: string }>;
  setState(
    entityId: string,
    state: string,
    attributes: Readonly<Record<string, unknown>> | undefined,
    signal: AbortSignal,
  ): Promise<'created' | 'updated'>;
  image(entityId: string, signal: AbortSignal): Promise<{ readonly mimeType: string; readonly bytes: Uint8Array }>;
  calendarEvents(entityId: string, span: Span, signal: AbortSignal): Promise<readonly CalendarEvent[]>;
  /** A request below /api/config/. Every status is an answer, but those that no caller can mend: 401 and 5xx throw. */
  config(request: ConfigRequest): Promise<ConfigAnswer>;
  close(): Promise<void>;
}

export interface ConfigRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Parts of the path after /api/config/; each becomes one segment. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Sent at most once; its failure says that it may have happened. By default all but GET. */
  readonly write?: boolean;
  /** What failed, in our own words without a full stop. */
  readonly doing: string;
  readonly signal: AbortSignal;
}
export interface ConfigAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Home Assistant's reason, cleaned, when it gave one. */
  readonly message?: string;
}

export interface RestOptions {
  /** Base address without credentials, see baseAddress. */
  readonly base: string;
  readonly token: string;
  readonly caFile?: string;
  readonly insecureTls?: boolean;
  readonly warn: (message: string) => void;
  readonly writes: Writes;
  readonly clock: Clock;
}

/** Home Assistant says image/jpg for what is image/jpeg. */
const mimeOf = (type: string | undefined): string => {
  const plain = type?.split(';')[0]?.trim().toLowerCase() ?? '';
  return plain === 'image/jpg' ? 'image/jpeg' : plain;
};

/** Refused, or a form that asks for more or says what was wrong with it: nothing was stored. */
const leftAsItWas = ({ status, body }: { readonly status: number; readonly body: unknown }): boolean =>
  (status >= 400 && status < 500) || (isRecord(body) && (body['type'] === 'form' || body['type'] === 'menu'));

/** Makes the REST side; nothing is sent before the first call. */
export const createRestApi = (options: RestOptions): RestApi => {
  const http = createHttpClient({
    baseUrl: options.base,
    headers: () => ({ authorization: `Bearer ${options.token}` }),
    tls: {
      ...(options.caFile === undefined ? {} : { caFile: options.caFile }),
      ...(options.insecureTls === true ? { insecure: true } : {}),
    },
    warn: options.warn,
    names: connectionNames,
    clock: options.clock,
  });

  /** A read; refused once, it is asked again: the same token is in use elsewhere. */
  const read = async <A extends 'json' | 'bytes'>(request: HttpRequest<A>) => {
    const answer = await http.request({ ...request, idempotent: true });
    return answer.status === 401 ? http.request({ ...request, idempotent: true }) : answer;
  };

  /** Every request that may change something goes out here. */
  const write = (request: HttpRequest<'json'>) => options.writes.track(() => http.request({ ...request, idempotent: false }), leftAsItWas);

  return {
    send: async ({ write: writes, ...request }, signal) => {
      const sent = { ...request, signal };
      const { status, body } = await ((writes ?? request.method !== 'GET') ? write(sent) : http.request(sent));
      return { status, body };
    },
    text: async (path, signal) => {
      const { status, body } = await http.request({ method: 'GET', path, signal, accept: 'text' });
      return { status, body: body ?? '' };
    },
    setState: async (entityId, state, attributes, signal) => {
      const body = { state, ...(attributes === undefined ? {} : { attributes }) };
      const answer = await write({ method: 'POST', path: `/api/states/${encodeURIComponent(entityId)}`, body, signal });
      const kept = rawTextOf(toRecord(answer.body), 'state');
      if (answer.status < 300 && kept !== state)
        throw new ToolError({
          code: 'upstream_error',
          what: `Setting the state of ${entityId} was accepted, but Home Assistant does not show it.`,
          next: ['Read the state back before you repeat the call.'],
          sideEffects: 'unknown',
        });
      if (answer.status === 201) return 'created';
      if (answer.status === 200) return 'updated';
      throw refusedRequest(answer, `Setting the state of ${entityId}`, true);
    },
    image: async (entityId, signal) => {
      const kind = entityId.startsWith('image.') ? 'image_proxy' : 'camera_proxy';
      const answer = await read({ path: `/api/${kind}/${encodeURIComponent(entityId)}`, signal, accept: 'bytes' });
      if (answer.status !== 200) throw refusedRequest(answer, `Reading the image of ${entityId}`, false);
      return { mimeType: mimeOf(answer.headers['content-type']), bytes: answer.body ?? new Uint8Array() };
    },
    calendarEvents: async (entityId, span, signal) => {
      const query = { start: new Date(span.startMs).toISOString(), end: new Date(span.endMs).toISOString() };
      const answer = await read({ path: `/api/calendars/${encodeURIComponent(entityId)}`, query, signal });
      if (answer.status !== 200) throw refusedRequest(answer, `Reading the calendar ${entityId}`, false);
      return recordsIn(answer.body).flatMap((raw) => toCalendarEvent(raw) ?? []);
    },
    config: async ({ method, path, query, body, write: writes = method !== 'GET', doing, signal }) => {
      const request = {
        method,
        path: `/api/config/${path.map(encodeURIComponent).join('/')}`,
        ...(query === undefined ? {} : { query }),
        ...(body === undefined ? {} : { body }),
        signal,
      };
      const answer = await (writes ? write(request) : http.request({ ...request, idempotent: true }));
      const message = messageOf(answer.body);
      if (answer.status === 401 || answer.status === 403 || answer.status >= 500) throw refusedRequest(answer, doing, writes);
      return { status: answer.status, body: answer.body, ...(message === undefined ? {} : { message }) };
    },
    close: () => http.close(),
  };
};
