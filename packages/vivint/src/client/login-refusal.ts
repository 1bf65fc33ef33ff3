import { refuse, type ToolError } from '@switchyard-mcp/core';
import { reasonOf } from './cloud-error.ts';

export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

const authFailed = (why: string, next: string): ToolError =>
  refuse('auth_failed', 'Vivint did not accept the login.', { why, next: [next] });

export const unexpected = (step: string): ToolError =>
  refuse('upstream_error', `Vivint's login answered ${step} in a way that this release does not know.`, {
    next: ['Update this server; if it stays so, report it with `doctor --redacted --json`.'],
  });

/** An address that the login names and that is not its own: nothing else may see its cookies. */
export const ledElsewhere = (origin: string): ToolError =>
  refuse('upstream_error', "Vivint's login leads to another host, which was not followed.", {
    why: `It named ${origin}.`,
    next: ['Check VIVINT_LOGIN_URL; if it is right, update this server or report it with `doctor --redacted --json`.'],
  });

/** A refusal that says nothing of password or code. Blaming these would send a person off to change what is right. */
const otherRefusal = ({ status }: Refusal, said: string | undefined): ToolError => {
  const why = said === undefined ? `It answered ${status} without a reason.` : `Vivint says: ${said}`;
  const what = 'Vivint refused the login and did not name password or code as the reason';
  // Who logs in too often is answered so as well.
  return status === 403
    ? refuse('rate_limited', what, {
        why,
        next: [
          'Wait 15 minutes before you log in again: too many logins are refused like this.',
          'Check that the account works in the Vivint app.',
        ],
      })
    : refuse('upstream_error', what, {
        why,
        next: ['Begin the login anew; if it stays so, check that the account works in the Vivint app.'],
      });
};

/** Words that say only that it was refused, which with 401 means what was typed. */
const saysNothing = (said: string | undefined): boolean =>
  said === undefined || /^(unauthori[sz]ed|access[ _]denied|forbidden|authentication failed|login failed)\.?$/i.test(said.trim());

const isAbout = (what: RegExp, { status, body }: Refusal): boolean => {
  const said = reasonOf(body);
  if (said !== undefined && /expired|challenge|too many|locked|disabled|suspended/i.test(said)) return false;
  return (said !== undefined && what.test(said)) || (status === 401 && saysNothing(said));
};

/** Names the cause of a refused password. */
export const passwordRefusal = (refusal: Refusal): ToolError =>
  isAbout(/pass ?word|credential|user ?name/i, refusal)
    ? authFailed('User name or password is wrong.', 'check both in the Vivint app, then log in again.')
    : otherRefusal(refusal, reasonOf(refusal.body));

/** Names the cause of a refused code. */
export const codeRefusal = (refusal: Refusal): ToolError =>
  refusal.status === 200 || isAbout(/\bcode\b|\bmfa\b|\botp\b|\btoken\b|invalid[ _]/i, refusal)
    ? authFailed('The code is not valid, or too old.', 'try again with the newest code.')
    : otherRefusal(refusal, reasonOf(refusal.body));

/** The app was told of an error instead of being given a code. */
export const authorizationRefusal = (said: string): ToolError =>
  otherRefusal({ status: 400, body: undefined }, said.replace(/\s+/g, ' ').slice(0, 160));
