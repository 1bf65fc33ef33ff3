import { type ErrorCode, type SideEffects, ToolError } from '../errors/tool-error.ts';

/** An answer with a status other than success. */
export interface BadStatus {
  readonly status: number;
  /** A web page came in place of data, as from a proxy. */
  readonly htmlPage?: boolean | undefined;
  /** What its Retry-After header asks for. */
  readonly retryAfterMs?: number | undefined;
}

export interface StatusContext {
  /** "Vivint". */
  readonly system: string;
  /** The beginning of a sentence: "Reading the system". */
  readonly doing: string;
  /** Was it sent to change something? */
  readonly write: boolean;
  /** The system's own reason, cleaned. */
  readonly why?: string | undefined;
  /** Statuses that mean something else for this system than in HTTP. */
  readonly codes?: Readonly<Partial<Record<number, ErrorCode>>>;
  /** What to do, where the usual advice does not fit the system. */
  readonly next?: Readonly<Partial<Record<ErrorCode, readonly string[]>>>;
  /** Why a proxy may have answered in its place; absent where there is none. */
  readonly behindProxy?: string;
}

const usual: Readonly<Partial<Record<number, ErrorCode>>> = {
  400: 'invalid_input',
  401: 'auth_failed',
  403: 'permission_denied',
  404: 'not_found',
  408: 'upstream_unavailable',
  409: 'conflict',
  410: 'not_found',
  412: 'conflict',
  413: 'invalid_input',
  422: 'invalid_input',
  423: 'conflict',
  429: 'rate_limited',
  502: 'upstream_unavailable',
  503: 'upstream_unavailable',
  504: 'upstream_unavailable',
};

const codeOf = ({ status, htmlPage }: BadStatus, codes: StatusContext['codes']): ErrorCode =>
  codes?.[status] ?? (htmlPage && status >= 500 ? 'upstream_unavailable' : (usual[status] ?? 'upstream_error'));

const readFirst = 'Read the state back before you repeat the call.';

const adviceFor = (code: ErrorCode, { system, write }: StatusContext): readonly string[] => {
  switch (code) {
    case 'invalid_input':
      return ['Correct the arguments as the reason says, then call again.'];
    case 'conflict':
      return ['Read the state and the reason, change what is in the way, then call again.'];
    case 'auth_failed':
      return ['Run login again.'];
    case 'permission_denied':
      return [`Use an account of ${system} with the rights, or leave it to a person.`];
    case 'not_found':
      return ['List what there is, then call again.'];
    case 'rate_limited':
      return ['Wait that long, then try again.'];
    case 'upstream_unavailable':
      return [write ? readFirst : 'Try again in a minute.'];
    default:
      return [...(write ? [readFirst] : []), `Look at the log of ${system} for the cause.`];
  }
};

const whatOf = (code: ErrorCode, { status }: BadStatus, { system, doing, behindProxy }: StatusContext): string => {
  switch (code) {
    case 'invalid_input':
    case 'conflict':
    case 'auth_failed':
      return `${doing} was refused by ${system}.`;
    case 'permission_denied':
      return `${doing} is not allowed to this user of ${system} (${status}).`;
    case 'not_found':
      return `${doing}: not found in ${system}.`;
    case 'rate_limited':
      return `${system} takes no more requests for now (429).`;
    case 'upstream_unavailable':
      return `${doing} failed: ${behindProxy === undefined ? `${system} answered ${status}` : `a proxy answered ${status} in place of ${system}`}.`;
    default:
      return `${doing} failed: ${system} answered ${status}.`;
  }
};

/** When nothing says how long to wait, or says "now" to a client that was just refused. */
const usualWaitMs = 60_000;
const shortestWaitMs = 1_000;

const waitOf = ({ retryAfterMs = usualWaitMs }: BadStatus): number => Math.max(shortestWaitMs, retryAfterMs);

/** Names the cause of a bad status. After a refusal nothing was done; after any other failure of a write that is unknown. */
export const statusError = (answer: BadStatus, context: StatusContext): ToolError => {
  const code = codeOf(answer, context.codes);
  const failed = code === 'upstream_unavailable' || code === 'upstream_error';
  const sideEffects: SideEffects = context.write && failed ? 'unknown' : 'none';
  const why = context.why ?? (code === 'upstream_unavailable' ? context.behindProxy : undefined);
  return new ToolError({
    code,
    what: whatOf(code, answer, context),
    ...(why === undefined ? {} : { why }),
    next: context.next?.[code] ?? adviceFor(code, context),
    retryable: code === 'rate_limited' || (failed && !context.write),
    ...(code === 'rate_limited' ? { retryAfterMs: waitOf(answer) } : {}),
    sideEffects,
  });
};
