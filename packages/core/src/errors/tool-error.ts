/** The closed list of reasons a call can fail for. */
export const errorCodes = [
  'invalid_input',
  'not_found',
  'ambiguous',
  'permission_denied',
  'auth_required',
  'auth_failed',
  'conflict',
  'rate_limited',
  'upstream_unavailable',
  'upstream_error',
  'timeout',
  'cancelled',
  'unsupported',
  'confirmation_required',
  'confirmation_declined',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** Did the failed call change anything? `unknown` when a write was sent and no answer came. */
export type SideEffects = 'none' | 'unknown' | 'done';

/** One argument that was wrong. `got` is a short, redacted rendering. */
export interface InputIssue {
  readonly path: string;
  readonly got: string;
  readonly expected: string;
  /** The accepted word that was most likely meant. */
  readonly didYouMean?: string;
}

export interface ToolErrorFields {
  readonly code: ErrorCode;
  /** What failed: one sentence of our own words. Never raw upstream text. */
  readonly what: string;
  readonly why?: string;
  /** What to do next, most useful first, naming tools and arguments. */
  readonly next?: readonly string[];
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly didYouMean?: readonly string[];
  readonly issues?: readonly InputIssue[];
  readonly sideEffects?: SideEffects;
  readonly correlationId?: string;
}

const mark = Symbol.for('switchyard.tool-error');

/** The only error whose text may reach a model. Everything else is rendered as `internal` with an id. */
export class ToolError extends Error {
  readonly [mark] = true;
  readonly fields: ToolErrorFields;

  constructor(fields: ToolErrorFields, options?: { cause?: unknown }) {
    super(fields.what, options);
    this.name = 'ToolError';
    this.fields = fields;
  }
}

/** True for a ToolError of any copy of this package (bundles carry their own). */
export const isToolError = (error: unknown): error is ToolError => typeof error === 'object' && error !== null && mark in error;

/** What a refusal says besides its code and what failed. */
export interface RefusalDetails {
  readonly why?: string | undefined;
  readonly next?: readonly string[] | undefined;
  readonly didYouMean?: readonly string[] | undefined;
  readonly issues?: readonly InputIssue[] | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * The error of a call that changed nothing. `what` and `next` are whole sentences; that nothing was changed is rendered from the error's
 * side effects and never written into `what`.
 */
export const refuse = (code: ErrorCode, what: string, { cause, ...details }: RefusalDetails = {}): ToolError => {
  const given = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
  return new ToolError({ code, what, ...given, sideEffects: 'none' }, cause === undefined ? undefined : { cause });
};

const unchanged = Symbol.for('switchyard.proven-unchanged');

/** The same error, for a write that was looked after since: its target was read back and is as before the write. */
export const provenUnchanged = (error: ToolError): ToolError =>
  Object.assign(new ToolError({ ...error.fields, sideEffects: 'none' }, { cause: error }), { [unchanged]: true });

/** Was the target of this error's write read back and found unchanged? The error carries the mark itself, so any copy can tell. */
export const isProvenUnchanged = (error: unknown): boolean => isToolError(error) && unchanged in error;
