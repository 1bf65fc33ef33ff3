import { type SideEffects, ToolError } from '../errors/tool-error.ts';

interface Cause {
  readonly why: string;
  readonly next: string;
  /** Trying again may help. */
  readonly passing: boolean;
}

const tls = (why: string, next: string): Cause => ({ why, next, passing: false });
const net = (why: string, next: string, passing = true): Cause => ({ why, next, passing });
const trust = 'Set the CA certificate file of this server to the certificate that signed it (or to itself, when it is self-signed).';
const slow = 'Check the address, the network and firewalls on the way.';

const causes: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: net('Nothing listens at that address (connection refused).', 'Check that the system runs, and the port in its address.'),
  ENOTFOUND: net('The host name does not exist (DNS).', 'Check the host name in the address, or use an IP address.', false),
  EAI_AGAIN: net('The name server did not answer (DNS).', 'Check the network of this machine.'),
  EHOSTUNREACH: net('There is no route to the host.', slow),
  ENETUNREACH: net('There is no route to its network.', slow),
  ETIMEDOUT: net('The host did not answer (connect timed out).', slow),
  UND_ERR_CONNECT_TIMEOUT: net('The host did not answer (connect timed out).', slow),
  ECONNRESET: net('It closed the connection before it answered.', 'Try again; if it stays so, look at its log.'),
  EPIPE: net('It closed the connection before it answered.', 'Try again; if it stays so, look at its log.'),
  UND_ERR_SOCKET: net('It closed the connection before its answer was complete.', 'Try again; if it stays so, look at its log.'),
  HPE_INVALID_CONSTANT: net('It does not speak HTTP there.', 'Check the port, and http:// against https:// in the address.', false),
  CERT_HAS_EXPIRED: tls('Its TLS certificate has expired.', 'Renew the certificate on that system.'),
  CERT_NOT_YET_VALID: tls('Its TLS certificate is not valid yet.', 'Check the clocks of both machines.'),
  DEPTH_ZERO_SELF_SIGNED_CERT: tls('Its TLS certificate is self-signed.', trust),
  SELF_SIGNED_CERT_IN_CHAIN: tls('Its TLS certificate was signed by an authority this machine does not know.', trust),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: tls('Its TLS certificate was signed by an authority this machine does not know.', trust),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: tls('Its TLS certificate was signed by an authority this machine does not know.', trust),
  UNABLE_TO_GET_ISSUER_CERT: tls('The authority of its TLS certificate is not known.', trust),
  CERT_REVOKED: tls('Its TLS certificate was revoked.', 'Replace the certificate on that system.'),
  ERR_TLS_CERT_ALTNAME_INVALID: tls('Its TLS certificate is for another host name.', 'Use the name in the certificate as the address.'),
  ERR_SSL_WRONG_VERSION_NUMBER: tls('It does not speak TLS there.', 'Use http:// in the address, or its TLS port.'),
  ERR_SSL_PACKET_LENGTH_TOO_LONG: tls('It does not speak TLS there.', 'Use http:// in the address, or its TLS port.'),
  EPROTO: tls('The TLS handshake failed.', 'Check the port, and which TLS versions that system allows.'),
};

/** The system's code of a failed connection, looking into what wraps it. */
export const connectionCode = (error: unknown, depth = 0): string => {
  if (typeof error !== 'object' || error === null || depth > 4) return '';
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (Object.hasOwn(causes, own)) return own;
  const inner = [...('errors' in error && Array.isArray(error.errors) ? error.errors : []), 'cause' in error ? error.cause : undefined];
  return inner.map((part) => connectionCode(part, depth + 1)).find((code) => code !== '') ?? own;
};

/** True when the same request may go through a moment later. */
export const isPassing = (code: string): boolean => causes[code]?.passing ?? false;

/** `upstream_unavailable` with the exact cause in words. Upstream's own text stays out. */
export const unavailable = (error: unknown, host: string, sideEffects: SideEffects): ToolError => {
  const code = connectionCode(error);
  const known = causes[code] ?? net(`The connection failed${/^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : ''}.`, slow, false);
  return new ToolError(
    {
      code: 'upstream_unavailable',
      what:
        sideEffects === 'unknown'
          ? `${host} broke off after the request was sent. It may have taken effect.`
          : `${host} cannot be reached.`,
      why: known.why,
      next: sideEffects === 'unknown' ? ['Read the state back before you repeat the call.', known.next] : [known.next],
      retryable: known.passing && sideEffects === 'none',
      sideEffects,
    },
    { cause: error },
  );
};

export const timedOut = (host: string, afterMs: number, sideEffects: SideEffects): ToolError => {
  const seconds = `${Math.round(afterMs / 100) / 10} s`;
  return new ToolError({
    code: 'timeout',
    what:
      sideEffects === 'unknown'
        ? `${host} did not answer within ${seconds} after the request was sent. It may have taken effect.`
        : `${host} did not answer within ${seconds}.`,
    next: [sideEffects === 'unknown' ? 'Read the state back before you repeat the call.' : 'Try again, or ask for less at once.'],
    retryable: sideEffects === 'none',
    sideEffects,
  });
};

export const cancelled = (sideEffects: SideEffects): ToolError =>
  new ToolError({
    code: 'cancelled',
    what:
      sideEffects === 'unknown'
        ? 'The call was cancelled after the request was sent. It may have taken effect.'
        : 'The call was cancelled.',
    sideEffects,
  });

/** `upstream_error`: it answered, but not with what the protocol promises. */
export const badAnswer = (what: string, next: string, sideEffects: SideEffects): ToolError =>
  new ToolError({ code: 'upstream_error', what, next: [next], sideEffects });
