import { randomUUID } from 'node:crypto';
import { isToolError, type ToolErrorFields } from './tool-error.ts';

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

const issueLine = (fields: ToolErrorFields): string | undefined =>
  fields.issues?.length
    ? fields.issues
        .slice(0, 6)
        .map((issue) => `${issue.path || 'arguments'}: got ${issue.got}, expected ${issue.expected}`)
        .join('; ')
    : undefined;

/** One block: what failed and why, what happened to the world, what is near, what to try. */
const textOf = (fields: ToolErrorFields, writes: boolean): string => {
  const first = [fields.sideEffects === 'unknown' ? `Unknown: ${sentence(fields.what)}` : sentence(fields.what)];
  if (fields.why) first.push(sentence(fields.why));
  if (writes && fields.sideEffects === 'none' && !/nothing was/i.test(fields.what)) first.push('Nothing was changed.');
  const lines = [first.join(' ')];
  const issues = issueLine(fields);
  if (issues) lines.push(issues);
  if (fields.didYouMean?.length) lines.push(`Near: ${fields.didYouMean.slice(0, 5).join(', ')}`);
  if (fields.correlationId) lines.push(`Id: ${fields.correlationId}`);
  if (fields.retryAfterMs !== undefined) lines.push(`Retry after ${Math.ceil(fields.retryAfterMs / 1000)} s.`);
  if (fields.next?.length) lines.push(`Try: ${fields.next.join(' Or: ')}`);
  return lines.join('\n');
};

/** An unexpected error keeps its text to itself: it may hold anything, passwords included. */
const fieldsOf = (error: unknown, log: (message: string) => void): ToolErrorFields => {
  if (isToolError(error)) return error.fields;
  const correlationId = randomUUID().slice(0, 8);
  log(`internal error ${correlationId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    code: 'internal',
    what: 'The server failed in a way it did not expect',
    correlationId,
    retryable: false,
    next: ['look for this id in the server log and report it.'],
  };
};

/** The only place where an error becomes words. `log` must redact. */
export const renderError = (error: unknown, { log, writes }: { log: (message: string) => void; writes: boolean }): RenderedError => {
  const fields = fieldsOf(error, log);
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
