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
  's0_legacy_key',
  's2_access_control_key',
  's2_authenticated_key',
  's2_unauthenticated_key',
  'lr_s2_access_control_key',
  'lr_s2_authenticated_key',
  's2AccessControlKey',
  'network_key',
  'networkKey',
  'local_key',
  'encryption_key',
  'bindkey',
  'tokens',
  'refresh_tokens',
  'passwords',
  'user_code',
  'usercode',
  'user_codes',
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
  'translation_key',
  'unique_key',
  'key',
  'network',
  'local_keyboard',
  'max_tokens',
])('%s does not', (name) => expect(isSecretName(name)).toBe(false));
test('values under such names are masked and found, however deep; empty ones are not', () => {
  const value = { name: 'hub', account: [{ password: 'hunter2', token: null, code: 4711, pin: '' }], enabled: true };
  expect(withoutSecrets(value)).toEqual({
    name: 'hub',
    account: [{ password: '[hidden]', token: null, code: '[hidden]', pin: '' }],
    enabled: true,
  });
  expect(secretsIn(value)).toEqual(['hunter2', '4711', '']);
});
test('lists and objects under such names are masked and found with all that is in them', () => {
  const value = {
    tokens: ['t-1', { id: 7, on: true, gone: null }],
    credentials: { user: 'ada', keys: [{ kind: 'x', value: 'k-1' }] },
    name: ['hub'],
  };
  expect(withoutSecrets(value)).toEqual({
    tokens: ['[hidden]', { id: '[hidden]', on: true, gone: null }],
    credentials: { user: '[hidden]', keys: [{ kind: '[hidden]', value: '[hidden]' }] },
    name: ['hub'],
  });
  expect(secretsIn(value)).toEqual(['t-1', '7', 'ada', 'x', 'k-1']);
});
