const words =
  /(?:^|[_\-. ])(?:pass(?:word|phrase|code|wd)?|pwd|secret|token|api_?key|apikey|access_?key|private_?key|credentials?|pin|webhook_?id|auth(?:orization)?|psk|otp|cookie|(?:verification|access|security|mfa|pairing)_?code)(?:$|[_\-. \d])/i;

/** Is a field of this name likely to hold a secret? `entity_picture` carries a token inside an address. */
export const isSecretName = (name: string): boolean =>
  words.test(name.replace(/([a-z])([A-Z])/g, '$1_$2')) || name === 'code' || name.startsWith('entity_picture');

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
