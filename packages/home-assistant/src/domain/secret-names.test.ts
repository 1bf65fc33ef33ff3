import { expect, test } from 'vitest';
import { isSecretName, secretsIn, withoutSecrets } from './secret-names.ts';

test.each([
  'password',
  'PASSWORD',
  'api_key',
  'apiKey',
  'access_token',
  'client_secret',
  'wifi_psk',
  'pin',
  'code',
  'mfa_code',
  'webhook_id',
  'accessToken',
  'entity_picture_local',
])('%s holds a secret', (name) => expect(isSecretName(name)).toBe(true));
test.each([
  'name',
  'host',
  'spinning',
  'country_code',
  'passenger',
  'pinned',
  'secretary',
  'author',
  'tokenizer',
  'keypad',
  'authentication_type',
])('%s does not', (name) => expect(isSecretName(name)).toBe(false));
test('values under such names are masked and found, however deep; empty ones are not', () => {
  const value = { name: 'hub', account: [{ password: 'hunter2', token: null, code: 4711, pin: '' }], enabled: true };
  expect(withoutSecrets(value)).toEqual({
    name: 'hub',
    account: [{ password: '[hidden]', token: null, code: '[hidden]', pin: '' }],
    enabled: true,
  });
  expect(secretsIn(value)).toEqual(['hunter2', '']);
});
