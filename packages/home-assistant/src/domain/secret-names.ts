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

const masked = (value: unknown): unknown => (value === null || value === '' || typeof value === 'boolean' ? value : mask);

/** The same value with what stands under names of secrets masked. */
export const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretName(key) && typeof item !== 'object' ? masked(item) : withoutSecrets(item)]),
  );
};

/** Every text under a name of a secret. */
export const secretsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => (isSecretName(key) && typeof item === 'string' ? [item] : secretsIn(item)));
};
