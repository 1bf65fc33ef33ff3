/** Kinds of keys that are secrets; others, such as a translation key, are names. */
const keys =
  '(?:api|access|private|network|local|encryption|security|bind|link|master|session|shared|legacy|auth|(?:un)?authenticated|access_?control)_?keys?';
const codes = '(?:verification|access|security|mfa|pairing|user)_?codes?';
/** Counts of a language model's tokens are no secrets. */
const tokens = '(?:token|(?<!(?:max|min|input|output|prompt|completion|total)[_\\-. ])tokens)';
const others = 'pass(?:words?|phrases?|codes?|wd)?|pwd|secrets?|credentials?|pin|webhook_?id|auth(?:orization)?|psk|otp|cookies?';
const words = new RegExp(`(?:^|[_\\-. ])(?:${others}|${tokens}|${keys}|${codes})(?:$|[_\\-. \\d])`, 'i');

/** Is a field of this name likely to hold a secret? `entity_picture` carries a token inside an address. */
export const isSecretName = (name: string): boolean =>
  words.test(name.replace(/([a-z\d])([A-Z])/g, '$1_$2')) || name === 'code' || name.startsWith('entity_picture');

const mask = '[hidden]';

/** Nothing, and yes or no, tell nothing; every text and number below is masked. */
const masked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item)]));
  return value === null || value === undefined || value === '' || typeof value === 'boolean' ? value : mask;
};

/** The same value with what stands under names of secrets masked. */
export const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, isSecretName(key) ? masked(item) : withoutSecrets(item)]));
};

/** Every text and number in a value, as text. */
export const textsUnder = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsUnder) : [];
};

/** Every text and number under a name of a secret. */
export const secretsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (isSecretName(key) ? textsUnder(item) : secretsIn(item)));
};
