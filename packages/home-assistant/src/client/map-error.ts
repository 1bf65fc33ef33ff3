import { type ErrorCode, type SideEffects, ToolError } from '@switchyard-mcp/core';

/** The error part of a WebSocket result. */
export interface UpstreamError {
  readonly code: string;
  readonly message: string;
  readonly translationKey?: string;
}

const codes: Readonly<Record<string, ErrorCode>> = {
  not_found: 'not_found',
  config_not_found: 'not_found',
  already_exists: 'conflict',
  invalid_format: 'invalid_input',
  invalid_info: 'invalid_input',
  service_validation_error: 'invalid_input',
  template_error: 'invalid_input',
  invalid_start_time: 'invalid_input',
  invalid_end_time: 'invalid_input',
  invalid_entity_ids: 'invalid_input',
  unauthorized: 'permission_denied',
  not_allowed: 'permission_denied',
  not_supported: 'unsupported',
  unknown_command: 'unsupported',
  timeout: 'timeout',
};

/** After these, part of a call on several entities may have been done. */
const doubtful = new Set(['home_assistant_error', 'unknown_error', 'timeout', 'service_validation_error', 'failed']);

const limit = 200;

/** Text of Home Assistant made fit for a reason: no control characters, no Python representations, at most 200 characters. */
export const cleanMessage = (message: string): string => {
  if (/Traceback \(most recent/.test(message)) return 'an internal error of Home Assistant';
  const cleaned = message
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g, ' ')
    .replace(/^Validation error: /, '')
    .replace(/ ?@ data((?:\[[^\]]*\])+)/g, (_all, path: string) => ` (at ${path.replace(/\]\[/g, '.').replace(/[[\]'"]/g, '')})`)
    .replace(/<[^<>]*(?:<[^<>]*>)?[^<>]* at 0x[0-9a-f]+>/gi, 'a value')
    .replace(/<class '([^']*)'>/g, (_all, name: string) => name.split('.').pop() ?? 'a value')
    .replace(/ for dictionary value/g, '')
    .replace(/\b(?:OrderedDict|ReadOnlyDict|mappingproxy|NodeDictClass|functools\.partial)\([^)]*\)*/g, 'a value')
    .replace(/\s+/g, ' ')
    .trim();
  return cleaned.length > limit ? `${cleaned.slice(0, limit - 1)}…` : cleaned;
};

const nextFor = (code: ErrorCode): readonly string[] => {
  if (code === 'invalid_input') return ['Correct the arguments as the reason says, then call again.'];
  if (code === 'permission_denied') return ['Use a token of a Home Assistant administrator, or leave this to a person.'];
  if (code === 'not_found') return ['Check the name: search for what exists, then call again.'];
  if (code === 'unsupported') return ['This version or setup of Home Assistant cannot do it; try another way.'];
  return ['Look at the log of Home Assistant for the cause.'];
};

/** Turns an error answer into a ToolError; `what` is our own words, such as "Home Assistant refused light.turn_on". */
export const toToolError = (error: UpstreamError, what: string, write: boolean): ToolError => {
  const unauthorized = error.code === 'home_assistant_error' && /^unauthorized$/i.test(error.message.trim());
  const code = unauthorized ? 'permission_denied' : (codes[error.code] ?? 'upstream_error');
  const sideEffects: SideEffects = write && !unauthorized && doubtful.has(error.code) ? 'unknown' : 'none';
  const why = cleanMessage(error.message);
  return new ToolError({ code, what, ...(why ? { why } : {}), next: nextFor(code), retryable: false, sideEffects });
};

/** A call that was given up by its caller. */
export const cancelledError = (signal: AbortSignal, what: string, sideEffects: SideEffects): ToolError => {
  const reason: unknown = signal.reason;
  const late = reason instanceof Error && (reason.name === 'TimeoutError' || /timeout|deadline/i.test(reason.message));
  return new ToolError({
    code: late ? 'timeout' : 'cancelled',
    what: `${what} ${late ? 'took longer than the call may last' : 'was cancelled'}.`,
    ...(sideEffects === 'unknown' ? { next: ['Read the state of the targets before trying again: it may have been done.'] } : {}),
    retryable: false,
    sideEffects,
  });
};
