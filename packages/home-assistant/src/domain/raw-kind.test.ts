import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOfRaw } from './raw-kind.ts';

const kindOf = (command: string, data: Record<string, unknown> = {}) => kindOfRaw({ command, data });

test.each([
  'get_states',
  'config/area_registry/list',
  'config/entity_registry/get',
  'history/history_during_period',
  'lovelace/config',
  'GET /api/',
  'GET /api/states/light.x',
  'GET /api/config/automation/config/17',
  'GET /api/history/period?filter_entity_id=light.x',
  'POST /api/config/core/check_config',
])('%s reads', (command) => expect(kindOf(command)).toBe('read'));

test.each([
  'call_service',
  'execute_script',
  'fire_event',
  'config/area_registry/delete',
  'lovelace/config/save',
  'backup/generate',
  'GET /api/hassio/host/reboot',
  'GET /api/some_new_path',
  'GET /api/states/../services',
  'POST /api/states/light.x',
  'DELETE /api/config/automation/config/17',
  'get_states ',
  'GET_STATES',
  'a/type/of/the/future',
])('%s counts as a write', (command) => expect(kindOf(command)).toBe('write'));

test.each([
  'auth',
  'auth/sign_path',
  'auth/long_lived_access_token',
  'config/auth/delete',
  'config/auth_provider/homeassistant/create',
  'cloud/login',
  'subscribe_events',
  'subscribe_trigger',
  'config_entries/subscribe',
  'render_template',
  'GET /auth/authorize',
  'POST /api/onboarding/users',
  'GET /api/websocket',
  'POST /api/template',
  'POST /api/template?x=1',
  'POST /api/%74emplate',
  'POST /api/states/../template',
  'POST /api/%6Fnboarding/users',
  'template/start_preview',
  'GET /api/%E0%A4%A',
])('%s is never sent', (command) => expect(kindOf(command)).toBe('never'));

test('the Supervisor is read by get, and written by everything else', () => {
  expect(kindOf('supervisor/api', { method: 'get', endpoint: '/addons' })).toBe('read');
  expect(kindOf('supervisor/api', { method: 'post', endpoint: '/host/reboot' })).toBe('write');
  expect(kindOf('supervisor/api', { method: 'GET', endpoint: '/addons' })).toBe('write');
});

test('no method but GET is ever taken for a read of an unknown path', () => {
  const property = fc.property(fc.constantFrom('POST', 'PUT', 'DELETE'), fc.string({ minLength: 1, maxLength: 30 }), (method, path) => {
    const kind = kindOf(`${method} /api/${path.replace(/\s/g, '_')}`);
    expect(kind === 'read').toBe(false);
  });
  fc.assert(property, { numRuns: 500 });
});
