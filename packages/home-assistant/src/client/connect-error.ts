import { refuse, type ToolError } from '@switchyard-mcp/core';
import { connectionCause, retryAfterMs, statusError } from '@switchyard-mcp/core/http';

const unavailable = (what: string, why: string, next: readonly string[], retryable: boolean): ToolError =>
  refuse('upstream_unavailable', what, { why, next, retryable, ...(retryable ? { retryAfterMs: 5_000 } : {}) });

/** What the settings of the connection are called. */
export const connectionNames = { address: 'HOMEASSISTANT_URL', caFile: 'HOMEASSISTANT_CA_FILE', port: 'often 8123' } as const;

/** Names the cause of a failed connection and what to do. `base` must not hold credentials; without an error it was closed while it was made. */
export const connectError = (error: unknown, base: string): ToolError => {
  const { kind, why, next, isPassing } = connectionCause(error, connectionNames);
  const what =
    kind === 'certificate'
      ? `The certificate of Home Assistant at ${base} was not accepted.`
      : `Home Assistant at ${base} could not be reached.`;
  return unavailable(what, why, [next], isPassing);
};

/** The HTTP answer to the upgrade was not the expected one. */
export const upgradeError = (status: number, base: string, command: string, retryAfter?: string): ToolError => {
  if (status === 429)
    return statusError(
      { status, retryAfterMs: retryAfterMs(retryAfter) },
      { system: `Home Assistant at ${base}`, doing: 'Connecting', write: false },
    );
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
  refuse('auth_failed', `Home Assistant at ${base} did not accept the sign-in.`, {
    why,
    next: [`Run \`${command} login\` with a new long-lived access token, then start this server again.`],
  });

/** Address or token is missing. */
export const authRequired = (missing: readonly ('url' | 'token')[], command: string): ToolError => {
  const names = missing.map((name) => (name === 'url' ? 'HOMEASSISTANT_URL' : 'HOMEASSISTANT_TOKEN')).join(' and ');
  return refuse(
    'auth_required',
    `This server is not connected to a Home Assistant yet: ${missing.map((name) => (name === 'url' ? 'its address' : 'an access token')).join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
    { next: [`Run \`${command} login\`.`, `Set ${names} in the environment of this server.`] },
  );
};
