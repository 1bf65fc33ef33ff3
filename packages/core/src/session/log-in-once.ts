import { inOneLine } from '../errors/in-one-line.ts';
import { isToolError, type ToolError } from '../errors/tool-error.ts';
import { loginHeldOff, loginNeeded } from './login-errors.ts';
import type { SessionOptions } from './session-options.ts';

/** A system that was away before it got the password is tried again this soon. */
const soonMs = 60_000;
const away: readonly string[] = ['upstream_unavailable', 'timeout', 'cancelled'];

const noteFailure = ({ holdOff }: Pick<SessionOptions<unknown>, 'holdOff'>, { fields }: ToolError, sent: boolean): Promise<void> =>
  // A system that has the password counts each, whatever it answers.
  !sent && away.includes(fields.code) ? holdOff.unsent(inOneLine(fields), soonMs) : holdOff.failed(inOneLine(fields), fields.retryAfterMs);

/** One password, once. Whatever comes of it, the next is a long time away unless a person logs in. `without`: why the stored login does not do. */
export const logInOnce = async <T>(options: SessionOptions<T>, without: string): Promise<T> => {
  const { login, holdOff, clock, whyNoLogin } = options;
  if (login === undefined) throw loginNeeded(options, [without, whyNoLogin].filter(Boolean).join(' '));
  const held = await holdOff.active();
  if (held !== undefined) throw loginHeldOff(options, held.why, held.until - clock.now());
  await holdOff.begin('The login was interrupted.');
  let sent = false;
  try {
    const tokens = await login(() => {
      sent = true;
    });
    await holdOff.clear();
    return tokens;
  } catch (error) {
    if (isToolError(error)) await noteFailure(options, error, sent);
    throw error;
  }
};
