import { redactor } from './redactor.ts';
import { cleanText } from './untrusted-text.ts';

/** Cleaned first, or a secret could hide behind what nobody sees; cut last, or half a secret could stay. `hide` takes out more than secrets. */
export const safeText = (text: string, longest?: number, hide: (shown: string) => string = (shown) => shown): string =>
  cleanText(hide(redactor.redact(cleanText(text, Number.POSITIVE_INFINITY))), longest);
