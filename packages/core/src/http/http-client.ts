import type { Dispatcher } from 'undici';
import { isToolError, type SideEffects } from '../errors/tool-error.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { type Deadline, startDeadline } from '../time/deadline.ts';
import { type Accept, type BodyOf, type HttpAnswer, makeAnswer, plainHeaders, readBody, setCookiesOf } from './answer.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { type ConnectionNames, connectionCause } from './connection-cause.ts';
import { createDispatcher, type TlsOptions } from './dispatcher.ts';
import { badAnswer, cancelled, timedOut, unavailable } from './http-error.ts';
import { jitterMs, retryAfterMs } from './retry-delay.ts';
import { parseBaseUrl, type Query, targetUrl } from './target-url.ts';

export interface HttpClientOptions {
  readonly baseUrl: string;
  /** Headers of every request to the base address, asked for each time: tokens change. Never sent to another origin. */
  readonly headers?: () => Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  readonly proxy?: string;
  /** Largest body that is read, 64 MB by default. */
  readonly maxBytes?: number;
  /** Other hosts (with port, if not the usual one) that full addresses may name. */
  readonly allowHosts?: readonly string[];
  /** Attempts of an idempotent request, 3 by default. */
  readonly attempts?: number;
  readonly breaker?: Breaker;
  /** What errors call the settings of this connection. */
  readonly names?: ConnectionNames;
  readonly warn?: (message: string) => void;
  /** The machine's own by default. */
  readonly clock?: Clock;
}

export type HttpMethod = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpRequest<A extends Accept = Accept> {
  readonly method?: HttpMethod;
  /** Below the base address, beginning with a slash; or a full address on the allow-list. */
  readonly path: string;
  readonly query?: Query;
  /** Objects go out as JSON. */
  readonly body?: string | Uint8Array | URLSearchParams | Readonly<Record<string, unknown>> | readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
  /** May be sent again when no good answer came. By default true for GET, HEAD and OPTIONS only. */
  readonly idempotent?: boolean;
  readonly signal?: AbortSignal;
  /** Over all attempts, 45 s by default. */
  readonly timeoutMs?: number;
  readonly accept?: A;
  /** `manual`: a redirect is an answer like any other, with its `location` header; for sign-ins that lead to another origin. */
  readonly redirect?: 'follow' | 'manual';
}

export interface HttpClient {
  /** Any status is an answer; what is thrown is a ToolError. */
  request<A extends Accept = 'json'>(request: HttpRequest<A>): Promise<HttpAnswer<BodyOf[A]>>;
  readonly breaker: Breaker;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface Call {
  readonly method: HttpMethod;
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | null;
  readonly accept: Accept;
  readonly idempotent: boolean;
  readonly redirect: 'follow' | 'manual';
  readonly timeoutMs: number;
  readonly deadline: Deadline;
  /** Set once a connection stood and the request went out. */
  sent: boolean;
}

const clockOf = ({ clock = systemClock }: HttpClientOptions): Clock => clock;

const safeMethods: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const acceptHeaders = { json: 'application/json', text: 'text/plain, */*;q=0.5', bytes: '*/*' } as const;

const encodeBody = (body: HttpRequest['body']): readonly [string | Uint8Array | null, string | undefined] => {
  if (body === undefined) return [null, undefined];
  if (typeof body === 'string') return [body, 'text/plain; charset=utf-8'];
  if (body instanceof Uint8Array) return [body, 'application/octet-stream'];
  if (body instanceof URLSearchParams) return [body.toString(), 'application/x-www-form-urlencoded'];
  return [JSON.stringify(body), 'application/json'];
};

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const prepare = (base: URL, options: HttpClientOptions, request: HttpRequest): Call => {
  const { method = 'GET', accept = 'json', redirect = 'follow', timeoutMs = 45_000 } = request;
  const url = targetUrl(base, request.path, request.query, options.allowHosts);
  const [body, type] = encodeBody(request.body);
  return {
    method,
    url,
    body,
    accept,
    redirect,
    timeoutMs,
    headers: {
      accept: acceptHeaders[accept],
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(url.origin === base.origin ? lowerCase(options.headers?.() ?? {}) : {}),
      ...lowerCase(request.headers ?? {}),
    },
    idempotent: request.idempotent ?? safeMethods.includes(method),
    deadline: startDeadline({ clock: clockOf(options), ms: timeoutMs, signal: request.signal }),
    sent: false,
  };
};

/** An idempotent POST is a query in disguise; a PUT or DELETE that went out may have changed something, repeatable or not. */
const effectsOf = ({ method, idempotent, sent }: Call): SideEffects =>
  !sent || safeMethods.includes(method) || (idempotent && method === 'POST') ? 'none' : 'unknown';

/** Notes on the call when undici hands the request to a connected socket: until then nothing can have happened. */
const watchSending =
  (call: Call) =>
  (dispatch: Dispatcher.Dispatch): Dispatcher.Dispatch =>
  (options, handler) => {
    const watched = new Proxy(handler, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (name === 'onConnect' || name === 'onRequestStart') call.sent = true;
          return Reflect.apply(value, target, args);
        };
      },
    });
    return dispatch(options, watched);
  };

const sendOnce = async (dispatcher: Dispatcher, call: Call, maxBytes: number): Promise<HttpAnswer> => {
  const response = await dispatcher.compose(watchSending(call)).request({
    origin: call.url.origin,
    path: call.url.pathname + call.url.search,
    method: call.method,
    headers: call.headers,
    body: call.body,
    signal: call.deadline.signal,
  });
  const headers = plainHeaders(response.headers);
  const context = { host: call.url.host, sideEffects: effectsOf(call) };
  const length = call.method === 'HEAD' ? undefined : headers['content-length'];
  const data = await readBody(response.body, { ...context, length, maxBytes });
  const answer = makeAnswer(
    isRedirect(response.statusCode) ? 'bytes' : call.accept,
    { status: response.statusCode, headers, data },
    context,
  );
  return { ...answer, setCookies: setCookiesOf(response.headers) };
};

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** Where a redirect leads, if it may be followed: a read, within the same origin. */
const redirected = (call: Call, location: string | undefined): URL => {
  const next = location !== undefined && URL.canParse(location, call.url.href) ? new URL(location, call.url.href) : undefined;
  if (next?.origin === call.url.origin && safeMethods.includes(call.method)) return next;
  const elsewhere = next !== undefined && next.origin !== call.url.origin && /^https?:$/.test(next.protocol);
  throw badAnswer(
    `${call.url.host} redirected the request${elsewhere ? ` to ${next.origin}` : ''}, which was not followed.`,
    elsewhere ? `If that is the right system, use ${next.origin} as its address.` : 'Check the address.',
    effectsOf(call),
  );
};

const ended = (error: unknown, call: Call, names: ConnectionNames | undefined): Error => {
  const effects = effectsOf(call);
  if (call.deadline.ended === 'cancelled') return cancelled(effects);
  if (call.deadline.ended === 'timeout') return timedOut(call.url.host, call.timeoutMs, effects);
  return isToolError(error) ? error : unavailable(error, { host: call.url.host, names }, effects);
};

/** One attempt with the breaker's verdict. Redirects are the same attempt. */
const attempt = async (dispatcher: Dispatcher, call: Call, breaker: Breaker, maxBytes: number): Promise<HttpAnswer> => {
  const passage = breaker.enter();
  try {
    let current = call;
    for (let hops = 0; ; hops += 1) {
      const answer = await sendOnce(dispatcher, current, maxBytes);
      if ([502, 503, 504].includes(answer.status)) passage.failed();
      else passage.succeeded();
      if (!isRedirect(answer.status) || call.redirect === 'manual') return answer;
      if (hops >= 5) throw badAnswer(`${call.url.host} redirected in a circle.`, 'Check the address.', effectsOf(call));
      current = { ...call, url: redirected(current, answer.headers.location) };
    }
  } catch (error) {
    if (call.deadline.ended === 'cancelled') passage.abandoned();
    // A ToolError here is about an answer that did come.
    else if (isToolError(error)) passage.succeeded();
    else passage.failed();
    throw error;
  }
};

/** How long to wait before the next attempt; undefined when there should be none. */
const pause = (
  call: Call,
  tried: number,
  { answer, error, now }: { readonly answer?: HttpAnswer; readonly error?: unknown; readonly now: number },
): number | undefined => {
  if (!call.idempotent || call.deadline.ended) return undefined;
  if (answer === undefined) return !isToolError(error) && connectionCause(error).isPassing ? jitterMs(tried) : undefined;
  if (![429, 502, 503, 504].includes(answer.status)) return undefined;
  const asked = retryAfterMs(answer.headers['retry-after'], now);
  return asked === undefined ? jitterMs(tried) : asked + jitterMs(1);
};

const run = async (dispatcher: Dispatcher, call: Call, breaker: Breaker, options: HttpClientOptions): Promise<HttpAnswer> => {
  const { attempts = 3, maxBytes = 64 * 1024 * 1024 } = options;
  const clock = clockOf(options);
  for (let tried = 1; ; tried += 1) {
    const outcome = await attempt(dispatcher, call, breaker, maxBytes).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    const delayMs = tried < attempts ? pause(call, tried, { ...outcome, now: clock.now() }) : undefined;
    // A pause beyond the deadline would only turn a clear answer into a timeout.
    if (delayMs === undefined || delayMs >= call.deadline.remainingMs()) {
      if ('answer' in outcome) return outcome.answer;
      throw outcome.error;
    }
    await clock.wait(delayMs, call.deadline.signal);
  }
};

/** A client for one upstream. Reads its TLS files and loads undici at the first request, and touches the network no sooner. */
export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const base = parseBaseUrl(options.baseUrl);
  const breaker = options.breaker ?? createBreaker({ clock: clockOf(options) });
  let opening: Promise<Dispatcher> | undefined;
  let closed = false;
  const request = async (wanted: HttpRequest): Promise<HttpAnswer> => {
    const call = prepare(base, options, wanted);
    try {
      if (closed || call.deadline.ended) throw cancelled('none');
      opening ??= createDispatcher(options);
      return await run(await opening, call, breaker, options);
    } catch (error) {
      throw ended(error, call, options.names);
    } finally {
      call.deadline.clear();
    }
  };
  return {
    request: request as HttpClient['request'],
    breaker,
    close: async () => {
      closed = true;
      await (await opening?.catch(() => undefined))?.destroy();
    },
  };
};
