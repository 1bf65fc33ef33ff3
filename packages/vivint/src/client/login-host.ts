import { isToolError, ToolError } from '@switchyard-mcp/core';
import { type HttpAnswer, type HttpClient, retryAfterMs } from '@switchyard-mcp/core/http';
import { isRecord, textOf } from '@switchyard-mcp/core/json';
import { usualUrls } from '../config.ts';
import { blockedError, cloudError, reasonOf, tooMany } from './cloud-error.ts';
import { createCookieJar } from './cookies.ts';
import { ledElsewhere } from './login-refusal.ts';

export const redirectUri = 'vivint://app/oauth_redirect';

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly body?: Record<string, unknown> | URLSearchParams;
}

/** The login host during one login: its cookies are kept, its redirects are answers. */
export interface LoginHost {
  send(sent: Sent): Promise<HttpAnswer>;
  /** Goes where an address leads, within this host, until one leads into the app; undefined when none does. */
  follow(address: string): Promise<string | undefined>;
  /** The same for a page that a login can do without: what is wrong with it shows at the next step, if it matters. */
  look(address: string): Promise<string | undefined>;
}

export interface LoginHostOptions {
  readonly http: HttpClient;
  readonly signal: AbortSignal;
  readonly loginUrl?: string | undefined;
}

/** The login page, the verified password and a step in between have been seen; more is a circle. */
const mostHops = 6;

/** A login or renewal does not change the home: what must be told is only that no answer came. */
const unanswered = (error: unknown): unknown =>
  isToolError(error) && error.fields.sideEffects === 'unknown'
    ? new ToolError(
        {
          code: error.fields.code,
          what: "Vivint's login host did not answer.",
          ...(error.fields.why === undefined ? {} : { why: error.fields.why }),
          next: ['Try again in a minute.'],
          retryable: true,
          // It may have used up what was sent to it: see `refreshTokens` of core.
          sideEffects: 'unknown',
        },
        { cause: error },
      )
    : error;

const parsed = (body: unknown): unknown => {
  try {
    return typeof body === 'string' ? JSON.parse(body) : body;
  } catch {
    return undefined;
  }
};

/** Throws for what stands before the login. */
const checkWall = ({ status, headers }: HttpAnswer, body: unknown): void => {
  if (status === 429) throw tooMany(retryAfterMs(headers['retry-after']));
  // A refusal in HTML comes from the wall before the login, not from the login.
  if (status === 403 && reasonOf(body) === undefined) throw blockedError();
};

export const createLoginHost = ({ http, signal, loginUrl = usualUrls.login }: LoginHostOptions): LoginHost => {
  const jar = createCookieJar();
  const base = new URL(loginUrl);

  const ask = async (sent: Sent & { readonly accept: 'json' | 'text' }): Promise<HttpAnswer> => {
    const cookie = jar.header();
    try {
      const answer = await http.request({
        ...sent,
        redirect: 'manual',
        idempotent: false,
        signal,
        timeoutMs: 20_000,
        headers: cookie === '' ? {} : { cookie },
      });
      jar.take(answer.setCookies ?? []);
      return answer;
    } catch (error) {
      throw unanswered(error);
    }
  };

  const walk = async (address: string, mustAnswer: boolean): Promise<string | undefined> => {
    let at = base;
    let next: string | undefined = address;
    for (let hops = 0; next !== undefined && hops < mostHops; hops += 1) {
      if (next.startsWith(redirectUri)) return next;
      const url: URL | undefined = URL.canParse(next, at.href) ? new URL(next, at.href) : undefined;
      if (url?.origin !== base.origin) {
        if (mustAnswer) throw ledElsewhere(url === undefined || url.origin === 'null' ? 'an address that is none' : url.origin);
        return undefined;
      }
      const answer: HttpAnswer | undefined = await ask({ method: 'GET', path: `${url.pathname}${url.search}`, accept: 'text' }).catch(
        (error: unknown) => {
          if (mustAnswer || signal.aborted || !isToolError(error)) throw error;
          return undefined;
        },
      );
      if (answer === undefined) return undefined;
      const body = parsed(answer.body);
      checkWall(answer, body);
      if (mustAnswer && answer.status >= 500) throw cloudError({ status: answer.status, body }, 'Logging in', false);
      at = url;
      next = answer.headers['location'] ?? (isRecord(body) ? textOf(body, 'location') : undefined);
    }
    return undefined;
  };

  return {
    send: async (sent) => {
      const answer = await ask({ ...sent, accept: 'json' });
      checkWall(answer, answer.body);
      if (answer.status >= 500) throw cloudError(answer, 'Logging in', false);
      return answer;
    },
    follow: (address) => walk(address, true),
    look: (address) => walk(address, false),
  };
};
