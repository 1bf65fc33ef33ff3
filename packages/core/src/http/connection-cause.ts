/** What a person can set, by the names that a person knows. */
export interface ConnectionNames {
  /** "HOMEASSISTANT_URL". */
  readonly address?: string;
  /** "HOMEASSISTANT_CA_FILE". */
  readonly caFile?: string;
  /** "often 8123". */
  readonly port?: string;
}

/** Why a connection failed, whatever protocol it was for. */
export interface ConnectionCause {
  /** Reached, but not trusted, or not reached at all. */
  readonly kind: 'certificate' | 'connection';
  readonly why: string;
  readonly next: string;
  /** The same may go through a moment later. */
  readonly isPassing: boolean;
}

type Next = (names: Required<Omit<ConnectionNames, 'port'>> & { readonly port: string }) => string;

interface Entry extends Omit<ConnectionCause, 'next'> {
  readonly next: Next;
}

const certificate = (why: string, next: Next): Entry => ({ kind: 'certificate', why, next, isPassing: false });
const connection = (why: string, next: Next, isPassing = true): Entry => ({ kind: 'connection', why, next, isPassing });

const trust: Next = ({ caFile }) => `Set ${caFile} to the certificate that signed it (or to itself, when it is self-signed).`;
const network: Next = ({ address }) => `Check ${address}, the network and firewalls on the way.`;
const again: Next = () => 'Try again; if it stays so, look at its log.';
const plain: Next = ({ address }) => `Use http:// in ${address}, or its TLS port.`;

const away = connection('The network has no route to the host.', network);
const silent = connection('The host did not answer (connect timed out).', network);
const closed = connection('It closed the connection before it answered.', again);
const unsigned = certificate('Its TLS certificate was signed by an authority this machine does not know.', trust);
const noTls = certificate('It does not speak TLS there.', plain);

const causes: Readonly<Record<string, Entry>> = {
  ECONNREFUSED: connection(
    'Nothing listens at that address (connection refused).',
    ({ address, port }) => `Check that the system runs, and the port in ${address}${port}.`,
  ),
  ENOTFOUND: connection(
    'The host name does not exist (DNS).',
    ({ address }) => `Check the host name in ${address}, or use an IP address.`,
    false,
  ),
  EAI_AGAIN: connection('The name server did not answer (DNS).', () => 'Check the network of this machine.'),
  EHOSTUNREACH: away,
  EHOSTDOWN: away,
  ENETUNREACH: connection('This machine has no route to its network.', network),
  ENETDOWN: connection('The network of this machine is down.', () => 'Check the network of this machine.'),
  ETIMEDOUT: silent,
  UND_ERR_CONNECT_TIMEOUT: silent,
  ECONNRESET: closed,
  ECONNABORTED: closed,
  EPIPE: closed,
  UND_ERR_SOCKET: connection('It closed the connection before its answer was complete.', again),
  HPE_INVALID_CONSTANT: connection(
    'It does not speak HTTP there.',
    ({ address }) => `Check the port, and http:// against https:// in ${address}.`,
    false,
  ),
  CERT_HAS_EXPIRED: certificate('Its TLS certificate has expired.', () => 'Renew the certificate on that system.'),
  CERT_NOT_YET_VALID: certificate('Its TLS certificate is not valid yet.', () => 'Check the clocks of both machines.'),
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate('Its TLS certificate is self-signed.', trust),
  SELF_SIGNED_CERT_IN_CHAIN: unsigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unsigned,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unsigned,
  UNABLE_TO_GET_ISSUER_CERT: certificate('The authority of its TLS certificate is not known.', trust),
  CERT_REVOKED: certificate('Its TLS certificate was revoked.', () => 'Replace the certificate on that system.'),
  ERR_TLS_CERT_ALTNAME_INVALID: certificate(
    'Its TLS certificate is for another host name.',
    ({ address }) => `Use the name in the certificate in ${address}.`,
  ),
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  EPROTO: certificate('The TLS handshake failed.', () => 'Check the port, and which TLS versions that system allows.'),
};

/** Codes of checks that a later OpenSSL may add. */
const ofCertificates = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH)/;

/** The system's code of a failed connection, looking into what wraps it. */
const codeIn = (error: unknown, depth = 0): string => {
  if (typeof error !== 'object' || error === null || depth > 4) return '';
  const own = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (Object.hasOwn(causes, own)) return own;
  const inner = [...('errors' in error && Array.isArray(error.errors) ? error.errors : []), 'cause' in error ? error.cause : undefined];
  const codes = inner.map((part) => codeIn(part, depth + 1)).filter((code) => code !== '');
  return codes.find((code) => Object.hasOwn(causes, code)) ?? codes[0] ?? own;
};

/** A handshake that took too long has a message and no code. */
const isTimeout = (error: unknown): boolean => error instanceof Error && /timed out|timeout/i.test(error.message);

const entryOf = (error: unknown): Entry => {
  // Nothing but the end of the connection is known.
  if (error === undefined) return closed;
  const code = codeIn(error);
  const known = causes[code];
  if (known !== undefined) return known;
  if (ofCertificates.test(code)) return certificate(`The check of its TLS certificate ended with ${code}.`, trust);
  if (code === '' && isTimeout(error)) return silent;
  return connection(`The connection failed${/^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : ''}.`, network, false);
};

/** The cause of a failed connection in words, with what to do. Upstream's own text stays out. `undefined`: it was closed without an error. */
export const connectionCause = (error: unknown, names: ConnectionNames = {}): ConnectionCause => {
  const { address = 'its address', caFile = 'the CA certificate file of this server' } = names;
  const port = names.port === undefined ? '' : ` (${names.port})`;
  const { next, ...entry } = entryOf(error);
  return { ...entry, next: next({ address, caFile, port }) };
};
