import { mapValue, tooDeep, type WalkNode, walkValue } from '@switchyard-mcp/core';

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

/** Nothing, and yes or no, tell nothing; every text and number is masked. */
const masked = (value: unknown): unknown =>
  value === null || value === undefined || value === '' || typeof value === 'boolean' ? value : mask;

const isUnderSecret = (key: string | number, outside: boolean): boolean => outside || (typeof key === 'string' && isSecretName(key));

/** The same value with what is under names of secrets masked, and what is nested too deep to be looked through. */
export const withoutSecrets = (value: unknown): unknown =>
  mapValue(value, {
    context: false,
    within: isUnderSecret,
    leaf: (item, secret) => (secret ? masked(item) : item),
    beyond: mask,
  });

/**
 * Every text and number under a key that `isSecret` says yes to, as text.
 * @throws ToolError invalid_input when the value is nested too deep to be looked through.
 */
export const secretsIn = (value: unknown, isSecret: (name: string) => boolean = isSecretName): readonly string[] => {
  const found: string[] = [];
  const visit = ({ key, value: item }: WalkNode, outside: boolean): boolean => {
    const secret = outside || (typeof key === 'string' && isSecret(key));
    if (secret && (typeof item === 'string' || typeof item === 'number')) found.push(String(item));
    return secret;
  };
  if (!walkValue(value, visit, { context: false }).complete) throw tooDeep('The data');
  return found;
};
