import type { SideEffects } from '../errors/tool-error.ts';
import { badAnswer } from './http-error.ts';

export type Accept = 'json' | 'text' | 'bytes';

/** The body of an answer by what was asked for; `undefined` for an empty one or an error page in HTML. */
export interface BodyOf {
  readonly json: unknown;
  readonly text: string;
  readonly bytes: Uint8Array;
}

export interface HttpAnswer<Body = unknown> {
  readonly status: number;
  /** Lower-case names; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Of an error status without a usable body: undefined. */
  readonly body: Body | undefined;
  /** The answer was an HTML page where none was asked for, as from a proxy in between. */
  readonly htmlPage: boolean;
  /** Each Set-Cookie header as it came: joined, they could not be told apart. */
  readonly setCookies?: readonly string[];
}

type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

export const plainHeaders = (raw: RawHeaders): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), [value].flat().join(', ')]])),
  );

/** The Set-Cookie headers of an answer, one by one. */
export const setCookiesOf = (raw: RawHeaders): readonly string[] => [raw['set-cookie'] ?? []].flat();

const tooLarge = (host: string, maxBytes: number, sideEffects: SideEffects): Error =>
  badAnswer(
    `The answer of ${host} is larger than ${Math.round(maxBytes / 1024 / 1024) || '<1'} MB and was not read.`,
    'Ask for less at once.',
    sideEffects,
  );

/** Reads a body up to a size; the rest of a larger one is never taken into memory. */
export const readBody = async (
  stream: AsyncIterable<Uint8Array> & { destroy(): unknown; on(event: 'error', listener: () => void): unknown },
  facts: { readonly host: string; readonly length: string | undefined; readonly maxBytes: number; readonly sideEffects: SideEffects },
): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = Number(facts.length ?? 0) || 0;
  if (size <= facts.maxBytes) {
    size = 0;
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > facts.maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (size <= facts.maxBytes) return Buffer.concat(chunks);
  // Destroying an unfinished body raises an error event, which would end the process if nobody listened.
  stream.on('error', () => undefined);
  stream.destroy();
  throw tooLarge(facts.host, facts.maxBytes, facts.sideEffects);
};

const looksLikeHtml = (data: Buffer, contentType: string): boolean =>
  /^(text\/html|application\/xhtml)/i.test(contentType) || /^\s*(<!doctype html|<html)/i.test(data.subarray(0, 256).toString('latin1'));

const parseJson = (data: Buffer, status: number, host: string, sideEffects: SideEffects): unknown => {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    if (status >= 400) return undefined;
    throw badAnswer(
      `The answer of ${host} is not valid JSON; it may have been cut short.`,
      'Try again; if it stays so, check the address.',
      sideEffects,
    );
  }
};

/** Makes the answer of what was read. A page in HTML with a good status, where JSON was asked for, is an error of its own. */
export const makeAnswer = (
  accept: Accept,
  raw: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly data: Buffer },
  context: { readonly host: string; readonly sideEffects: SideEffects },
): HttpAnswer => {
  const { status, headers, data } = raw;
  if (accept === 'bytes') return { status, headers, body: data, htmlPage: false };
  if (accept === 'text') return { status, headers, body: data.toString('utf8'), htmlPage: false };
  if (data.length === 0) return { status, headers, body: undefined, htmlPage: false };
  if (!looksLikeHtml(data, headers['content-type'] ?? '')) {
    return { status, headers, body: parseJson(data, status, context.host, context.sideEffects), htmlPage: false };
  }
  if (status >= 400) return { status, headers, body: undefined, htmlPage: true };
  throw badAnswer(
    `${context.host} answered with a web page instead of data.`,
    'Check the address: it may point at a login page, a proxy or another system.',
    context.sideEffects,
  );
};
