import { expect, test } from 'vitest';
import { levelOfService } from './service-levels.ts';

const levelOf = (name: string): string => {
  const [domain = '', service = ''] = name.split('.');
  return levelOfService(domain, service);
};

test.each([
  'homeassistant.restart',
  'homeassistant.stop',
  'homeassistant.reload_all',
  'homeassistant.reload_core_config',
  'homeassistant.reload_config_entry',
  'automation.reload',
  'script.reload',
  'frontend.reload_themes',
  'update.install',
  'backup.create',
  'backup.create_automatic',
  'hassio.host_reboot',
  'hassio.addon_stop',
  'recorder.purge',
  'recorder.purge_entities',
  'logger.set_level',
  'mqtt.publish',
  'zwave_js.set_value',
  'zwave_js.set_lock_usercode',
  'matter.set_lock_credential',
  'device_tracker.see',
])('%s is for "admin", as ha_system and ha_integration are', (name) => expect(levelOf(name)).toBe('admin'));

test.each(['group.set', 'group.remove', 'scene.create', 'scene.delete'])('%s is for "configure", as ha_edit is', (name) =>
  expect(levelOf(name)).toBe('configure'),
);

test.each([
  'light.turn_on',
  'lock.unlock',
  'homeassistant.turn_off',
  'homeassistant.update_entity',
  'scene.turn_on',
  'scene.apply',
  'automation.trigger',
  'script.turn_on',
  'script.reload_shutters',
  'shell_command.reload_x',
  'notify.mobile_app_anna',
  'todo.add_item',
  'input_select.select_option',
  'recorder.get_statistics',
  'update.skip',
  'conversation.process',
])('%s is what people do every day', (name) => expect(levelOf(name)).toBe('control'));
