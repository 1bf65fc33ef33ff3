import { ToolError } from '@switchyard-mcp/core';
import { busyError } from './busy-error.ts';

const tlsCodes = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH)/;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

const unavailable = (what: string, why: string, next: readonly string[], retryable: boolean): ToolError =>
  new ToolError({
    code: 'upstream_unavailable',
    what,
    why,
    next,
    retryable,
    sideEffects: 'none',
    ...(retryable ? { retryAfterMs: 5_000 } : {}),
  });

const tlsReasons: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'It is for another host name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'It is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'It was signed by an authority that is not known here.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'It was signed by an authority that is not known here.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'It was signed by an authority that is not known here.',
  CERT_NOT_YET_VALID: 'It is not valid yet; look whether the clocks are right.',
};

const tlsError = (base: string, code: string): ToolError => {
  const what = `The certificate of Home Assistant at ${base} was not accepted.`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return unavailable(
      what,
      'The server does not speak TLS on this port.',
      ['Set HOMEASSISTANT_URL to an http:// address, or to the port that serves https.'],
      false,
    );
  if (code === 'CERT_HAS_EXPIRED')
    return unavailable(what, 'It has expired.', ['Renew the certificate of Home Assistant; this server then takes it by itself.'], false);
  const why = tlsReasons[code] ?? `The check ended with ${code}.`;
  return unavailable(
    what,
    why,
    ['Set HOMEASSISTANT_CA_FILE to the PEM file of the authority that signed it.', 'Use the host name the certificate was made for.'],
    false,
  );
};

/** Names the cause of a failed connection and its cure. `base` must not hold credentials. */
export const connectError = (error: unknown, base: string): ToolError => {
  const code = codeOf(error);
  const what = `Home Assistant at ${base} could not be reached.`;
  if (code === 'ECONNREFUSED')
    return unavailable(
      what,
      'The connection was refused: nothing listens there.',
      ['Check that Home Assistant runs and that the port in HOMEASSISTANT_URL is right (often 8123).'],
      true,
    );
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return unavailable(
      what,
      'The host name is not known here.',
      ['Check HOMEASSISTANT_URL; try the IP address instead of the name.'],
      code === 'EAI_AGAIN',
    );
  if (tlsCodes.test(code)) return tlsError(base, code);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return unavailable(what, 'There is no way through the network to this host.', ['Check the network, VPN and HOMEASSISTANT_URL.'], true);
  const text = error instanceof Error ? error.message : '';
  if (code === 'ETIMEDOUT' || /timed out|timeout/i.test(text))
    return unavailable(
      what,
      'It did not answer within 5 seconds.',
      ['Check that the host is up and not behind a firewall.', 'Check HOMEASSISTANT_URL.'],
      true,
    );
  return unavailable(
    what,
    code ? `The connection ended with ${code}.` : 'The connection broke while it was being made.',
    ['Check that Home Assistant runs and that HOMEASSISTANT_URL is right.'],
    true,
  );
};

/** The HTTP answer to the upgrade was not the expected one. */
export const upgradeError = (status: number, base: string, command: string, retryAfter?: string): ToolError => {
  if (status === 429) return busyError(`Home Assistant at ${base}`, retryAfter);
  if (status === 401 || status === 403)
    return authFailed(base, command, `It answered ${status}; the address may be banned or behind a proxy that wants a sign-in.`);
  const what = `The server at ${base} did not open Home Assistant's WebSocket API.`;
  if (status >= 300 && status < 400)
    return unavailable(what, `It answered with a redirect (${status}).`, ['Set HOMEASSISTANT_URL to the address it redirects to.'], false);
  if (status === 502 || status === 503 || status === 504)
    return unavailable(
      what,
      `A proxy answered ${status}: Home Assistant is not running or still starting.`,
      ['Try again in a minute.'],
      true,
    );
  if (status >= 500)
    return unavailable(
      what,
      `It answered ${status}: something failed inside it.`,
      ['Try again.', 'Look at the log of Home Assistant.'],
      true,
    );
  const path = URL.canParse(base) ? new URL(base).pathname.replace(/\/+$/, '').slice(0, 60) : '';
  return unavailable(
    what,
    `It answered ${status}.`,
    [
      path === ''
        ? 'Check HOMEASSISTANT_URL: it must be the base address of Home Assistant.'
        : `Drop the path ${path} from HOMEASSISTANT_URL.`,
      'If a reverse proxy is in between, let it pass WebSocket upgrades.',
    ],
    false,
  );
};

/** The token was refused. */
export const authFailed = (base: string, command: string, why = 'The access token was refused.'): ToolError =>
  new ToolError({
    code: 'auth_failed',
    what: `Home Assistant at ${base} did not accept the sign-in.`,
    why,
    next: [`Run \`${command} login\` with a new long-lived access token, then start this server again.`],
    retryable: false,
    sideEffects: 'none',
  });

/** Address or token is missing. */
export const authRequired = (missing: readonly ('url' | 'token')[], command: string): ToolError => {
  const names = missing.map((name) => (name === 'url' ? 'HOMEASSISTANT_URL' : 'HOMEASSISTANT_TOKEN')).join(' and ');
  return new ToolError({
    code: 'auth_required',
    what: `This server is not connected to a Home Assistant yet: ${missing.map((name) => (name === 'url' ? 'its address' : 'an access token')).join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    next: [`Run \`${command} login\`.`, `set ${names} in the environment of this server.`],
    retryable: false,
    sideEffects: 'none',
  });
};
