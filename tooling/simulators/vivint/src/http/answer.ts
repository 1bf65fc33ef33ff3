import type { ServerResponse } from 'node:http';
import type { Json } from '../json.ts';

/** What a handler is given. */
export interface HostRequest {
  readonly method: string;
  /** The path, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly body: string;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** What a handler answers. `reset` destroys the connection. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly reset?: boolean;
}

/** A JSON answer. */
export function json(value: unknown, status = 200): Answer {
  return { status, json: value };
}

/** A refusal of the API: `{msg}` among its companions. */
export function refusal(status: number, msg: string, more: Json = {}): Answer {
  return json({ msg, ...more }, status);
}

/** A page of whatever stands before the cloud: never JSON, whatever was asked. */
export function page(status: number, title: string, server = 'nginx'): Answer {
  const text = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`;
  return { status, text, headers: { 'content-type': 'text/html' } };
}

/** The page of the wall in front, for an address that it does not like. */
export function wallPage(): Answer {
  return { ...page(403, 'Access denied', 'cloudflare'), text: '<html><body><h1>Access denied</h1><p>error code: 1020</p></body></html>' };
}

/** Sends the client elsewhere. */
export function redirect(location: string, cookies: readonly string[] = []): Answer {
  return { status: 302, text: '', headers: { location, 'content-type': 'text/html; charset=utf-8' }, cookies };
}

/** Writes an answer; `truncate` cuts JSON in the middle. */
export function send(response: ServerResponse, answer: Answer, truncate: boolean): void {
  const whole = answer.json === undefined ? undefined : JSON.stringify(answer.json);
  const text = whole === undefined ? (answer.text ?? '') : truncate ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  const body = answer.bytes ?? Buffer.from(text);
  const type = whole === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const cookies = answer.cookies?.length ? { 'set-cookie': [...answer.cookies] } : {};
  response.writeHead(answer.status, { 'content-type': type, 'content-length': body.length, ...cookies, ...answer.headers }).end(body);
}
