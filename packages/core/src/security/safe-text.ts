import type { Secrets } from './redactor.ts';
import { cleanText } from './untrusted-text.ts';

interface Shown {
  /** Cut after this many characters; uncut text has the usual limit of a field. */
  readonly longest?: number;
  /** Takes out more than secrets. */
  readonly hide?: (shown: string) => string;
}

/** Cleaned first, or a secret could hide behind what nobody sees; cut last, or half a secret could stay. */
export const safeText = (text: string, secrets: Secrets, { longest, hide = (shown) => shown }: Shown = {}): string =>
  cleanText(hide(secrets.redact(cleanText(text, Number.POSITIVE_INFINITY))), longest);
