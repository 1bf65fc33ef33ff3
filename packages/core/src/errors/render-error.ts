import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { Log } from '../runtime/log.ts';
import type { Secrets } from '../security/redactor.ts';
import { cleanDeep } from '../security/untrusted-text.ts';
import { type InputIssue, isToolError, type ToolErrorFields } from './tool-error.ts';

export interface RenderedError {
  /** Stands alone: some clients show only the first text block of a failed call. */
  readonly text: string;
  /** The same facts for machines. */
  readonly structured: { readonly error: ToolErrorFields };
  /** RFC 9457 body for HTTP. */
  readonly problem: Readonly<Record<string, unknown>>;
}

const statusOf: Readonly<Record<string, number>> = {
  invalid_input: 400,
  ambiguous: 400,
  not_found: 404,
  permission_denied: 403,
  auth_required: 401,
  auth_failed: 401,
  conflict: 409,
  confirmation_required: 409,
  confirmation_declined: 409,
  rate_limited: 429,
  timeout: 504,
  upstream_unavailable: 503,
  upstream_error: 502,
  unsupported: 501,
  cancelled: 499,
};

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Upper bound of a text block; it must stand beside a conversation, not replace it. */
const maxTokens = 120;

/** A careful guess without a tokenizer: short words, groups of digits and every other character count one each. */
const tokensOf = (text: string): number => text.match(/ ?[A-Za-z]{1,6}|\d{1,3}|[^\sA-Za-z\d]|\n/g)?.length ?? 0;

/** Cut at a word, when it is longer than there is room for. */
const within = (text: string, tokens: number): string => {
  if (tokensOf(text) <= tokens) return text;
  const words = text.split(' ');
  while (words.length > 1 && tokensOf(words.join(' ')) > tokens) words.pop();
  return `${words
    .join(' ')
    .slice(0, tokens * 6)
    .replace(/[\s.,;:]+$/, '')}…`;
};

/** As many parts as fit, in order; the rest is counted. */
const listed = (parts: readonly string[], separator: string, tokens: number): string | undefined => {
  if (parts.length === 0) return undefined;
  const [first = ''] = parts;
  if (tokensOf(first) > tokens) return within(first, tokens);
  let kept = 1;
  while (kept < parts.length && tokensOf(parts.slice(0, kept + 1).join(separator)) <= tokens) kept += 1;
  const more = parts.length - kept;
  return more === 0 ? parts.join(separator) : `${parts.slice(0, kept).join(separator)}${separator}${more} more`;
};

/** Room of a reason or of one list, where several parts share the block. */
const partTokens = 40;

const firstLine = (fields: ToolErrorFields, writes: boolean, whyTokens: number): string => {
  const parts = [fields.sideEffects === 'unknown' ? `Unknown: ${sentence(fields.what)}` : sentence(fields.what)];
  if (fields.why) parts.push(sentence(within(fields.why, whyTokens)));
  if (writes && fields.sideEffects === 'none') parts.push('Nothing was changed.');
  return parts.join(' ');
};

/** The word that was meant is said even where the list of words is cut. */
const issueText = ({ path, got, expected, didYouMean }: InputIssue, tokens: number): string => {
  const wanted = expected === didYouMean ? '' : `, expected ${within(expected, tokens)}`;
  return `${path || 'arguments'}: got ${got}${wanted}${didYouMean === undefined ? '' : `; did you mean ${didYouMean}?`}`;
};

/** One block: what failed and why, what happened to the world, what is near, what to try. Only lists give way to the limit. */
const textOf = (fields: ToolErrorFields, writes: boolean): string => {
  const rest = [
    fields.correlationId ? `Id: ${fields.correlationId}` : undefined,
    fields.retryAfterMs === undefined ? undefined : `Retry after ${Math.ceil(fields.retryAfterMs / 1000)} s.`,
    fields.next?.length ? `Next: ${fields.next.slice(0, 3).join(' Or: ')}` : undefined,
  ].filter((line) => line !== undefined);
  const alone = !fields.didYouMean?.length && !fields.issues?.length;
  const whyTokens = Math.max(partTokens, alone ? maxTokens - tokensOf([fields.what, ...rest].join('\n')) - 16 : 0);
  const first = firstLine(fields, writes, whyTokens);
  const free = (): number => Math.max(16, maxTokens - tokensOf([first, ...rest].join('\n')) - 4);
  const near = listed((fields.didYouMean ?? []).slice(0, 5), ', ', Math.min(36, free()));
  if (near) rest.unshift(`Near: ${near}`);
  const only = fields.issues?.length === 1 ? fields.issues[0] : undefined;
  const issueTokens = only ? Math.max(partTokens, free() - tokensOf(issueText({ ...only, expected: '' }, 0)) - 4) : partTokens;
  const issues = (fields.issues ?? []).map((issue) => issueText(issue, issueTokens));
  const wrong = listed(issues, '; ', free());
  return [first, ...(wrong ? [wrong] : []), ...rest].join('\n');
};

/** An unexpected error keeps its text to itself: it may hold anything, passwords included. */
const fieldsOf = (error: unknown, log: RenderOptions['log']): ToolErrorFields => {
  if (isToolError(error)) return error.fields;
  const correlationId = randomUUID().slice(0, 8);
  log.error(`internal error ${correlationId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    code: 'internal',
    what: 'The server failed in a way it did not expect.',
    correlationId,
    retryable: false,
    next: ['Look for this id in the server log and report it.'],
  };
};

/** Whole sentences, also where a part ends in foreign text. */
const inSentences = (fields: ToolErrorFields): ToolErrorFields => ({
  ...fields,
  what: sentence(fields.what),
  ...(fields.why ? { why: sentence(fields.why) } : {}),
  ...(fields.next ? { next: fields.next.map(sentence) } : {}),
});

/** Where every rendered error is published, for whoever watches: our tests check their style. */
const rendered = channel('switchyard:rendered-error');

interface RenderOptions {
  readonly log: Pick<Log, 'error'>;
  /** Could the call have changed something? */
  readonly writes: boolean;
  readonly secrets: Secrets;
}

/** The only place where an error becomes words. Secrets go before anything is cut, or half of one could stay. */
export const renderError = (error: unknown, { log, writes, secrets }: RenderOptions): RenderedError => {
  const fields = inSentences(secrets.redactDeep(cleanDeep(fieldsOf(error, log), Number.POSITIVE_INFINITY)));
  rendered.publish(fields);
  return {
    text: textOf(fields, writes),
    structured: { error: fields },
    problem: {
      type: `urn:switchyard:${fields.code}`,
      title: fields.what,
      status: statusOf[fields.code] ?? 500,
      ...(fields.why ? { detail: fields.why } : {}),
      ...fields,
    },
  };
};
