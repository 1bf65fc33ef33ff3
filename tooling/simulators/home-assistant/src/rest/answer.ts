import type { IncomingMessage, ServerResponse } from 'node:http';
import { deflateSync } from 'node:zlib';
import type { FaultControls } from '../faults.ts';
import type { Home } from '../home/home.ts';
import type { Json } from '../home/types.ts';

/** What a REST handler is given. */
export interface RestRequest {
  readonly home: Home;
  readonly faults: FaultControls;
  readonly method: string;
  /** Path parts after `/api/`, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What a REST handler answers: JSON, text or bytes. */
export interface RestAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON answer. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): RestAnswer {
  return { status, json: value, headers };
}

/** Core's `{"message": …}`. */
export function message(text: string, status = 200): RestAnswer {
  return json({ message: text }, status);
}

/** aiohttp's plain text for a status. */
export function plain(status: number, words: string, headers: Record<string, string> = {}): RestAnswer {
  return { status, text: `${status}: ${words}`, headers };
}

/** The body as a JSON object; undefined when it is not JSON. */
export function readBody(request: RestRequest): Json | undefined {
  if (request.body.trim() === '') return {};
  try {
    return JSON.parse(request.body) as Json;
  } catch {
    return undefined;
  }
}

/** Writes an answer, deflated when it is JSON and the client takes it, as Core does. */
export function send(request: IncomingMessage, response: ServerResponse, answer: RestAnswer, truncate: boolean): void {
  if (answer.json === undefined) {
    const body = answer.bytes ?? Buffer.from(answer.text ?? '');
    const type = answer.text === undefined ? {} : { 'content-type': 'text/plain; charset=utf-8' };
    response.writeHead(answer.status, { ...type, 'content-length': body.length, ...answer.headers }).end(body);
    return;
  }
  const text = JSON.stringify(answer.json);
  const whole = Buffer.from(truncate ? text.slice(0, Math.floor(text.length / 2)) : text);
  const deflate = !truncate && whole.length > 1024 && String(request.headers['accept-encoding']).includes('deflate');
  const body = deflate ? deflateSync(whole) : whole;
  const encoding = deflate ? { 'content-encoding': 'deflate' } : {};
  response
    .writeHead(answer.status, { 'content-type': 'application/json', 'content-length': body.length, ...encoding, ...answer.headers })
    .end(body);
}
