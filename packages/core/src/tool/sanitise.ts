import type { Secrets } from '../security/redactor.ts';
import { cleanDeep } from '../security/untrusted-text.ts';

export type Sanitise = <T>(value: T) => T;

/** What a person cannot see goes first, or a secret could hide behind it; cutting comes last, or half a secret could stay. */
export const sanitiser =
  (secrets: Secrets): Sanitise =>
  (value) =>
    cleanDeep(secrets.redactDeep(cleanDeep(value, Number.POSITIVE_INFINITY)));
