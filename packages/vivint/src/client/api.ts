import { type Clock, type SideEffects, ToolError, type Writes } from '@switchyard-mcp/core';
import { type HttpAnswer, type HttpClient, retryAfterMs } from '@switchyard-mcp/core/http';
import type { RequestHold } from '@switchyard-mcp/core/session';
import { cloudError, isBlocked } from './cloud-error.ts';
import type { VivintSession } from './session.ts';

export interface ApiRequest {
  readonly path: string;
  readonly method?: 'GET' | 'PUT';
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  /** For errors: "Reading the system". */
  readonly doing: string;
  /** A redirect is the answer, as for signed addresses. */
  readonly redirect?: 'manual';
  readonly timeoutMs?: number;
  /** Callers do without it. The wall may know this one path as a bad one, so what it says of it is no reason to leave the rest alone. */
  readonly dispensable?: true;
}

/** The REST API with a login. A write is sent once; a read may be repeated. */
export interface Api {
  request(request: ApiRequest): Promise<HttpAnswer>;
}

const loginLost = (sideEffects: SideEffects): ToolError =>
  new ToolError({
    code: 'auth_failed',
    what: 'Vivint does not accept the login, though it was just renewed.',
    next: ['Run login again; if it stays so, look whether the account still works in the Vivint app.'],
    retryable: false,
    sideEffects,
  });

const retryWaitMs = 400;

export interface ApiOptions {
  readonly http: HttpClient;
  readonly session: VivintSession;
  readonly clock: Clock;
  readonly hold: RequestHold;
  readonly writes: Writes;
}

export const createApi = ({ http, session, clock, hold, writes }: ApiOptions): Api => {
  const send = async (request: ApiRequest, accessToken: string): Promise<HttpAnswer> =>
    http.request({
      method: request.method ?? 'GET',
      path: request.path,
      signal: request.signal,
      timeoutMs: request.timeoutMs ?? 20_000,
      headers: { authorization: `Bearer ${accessToken}` },
      ...(request.query === undefined ? {} : { query: request.query }),
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.redirect === undefined ? {} : { redirect: request.redirect }),
    });
  const exchange = async (request: ApiRequest): Promise<HttpAnswer> => {
    const write = request.method === 'PUT';
    await hold.check();
    const first = await session.tokens();
    let answer = await send(request, first.tokens.accessToken);
    if (answer.status === 401) {
      // Refused before anything was done, so even a write may be sent again, once.
      const next = await session.tokens(first.generation);
      answer = await send(request, next.tokens.accessToken);
      if (answer.status === 401) throw loginLost('none');
    }
    if (answer.status === 500 && !write) {
      // 500 alone is no outage here: the cloud answers so now and then.
      await clock.wait(retryWaitMs, request.signal);
      answer = await send(request, (await session.tokens()).tokens.accessToken);
    }
    const { status, htmlPage } = answer;
    if (!request.dispensable) await hold.note(isBlocked(answer));
    if (status < 400 && (status < 300 || request.redirect === 'manual')) return answer;
    throw cloudError(
      { status, body: answer.body, htmlPage, retryAfterMs: retryAfterMs(answer.headers['retry-after'], clock.now()) },
      request.doing,
      write,
    );
  };
  return {
    /** Everything that may change something goes out here. */
    request: (request) => (request.method === 'PUT' ? writes.track(() => exchange(request)) : exchange(request)),
  };
};
