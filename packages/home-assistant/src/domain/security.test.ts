import { expect, test } from 'vitest';
import { needsApproval } from './security.ts';

test.each([
  ['lock', 'unlock', 'lock.front', undefined, true],
  ['lock', 'lock', 'lock.front', undefined, false],
  ['homeassistant', 'turn_off', 'lock.front', undefined, true],
  ['cover', 'open_cover', 'cover.garage', 'garage', true],
  ['cover', 'close_cover', 'cover.garage', 'garage', false],
  ['cover', 'open_cover', 'cover.blind', 'blind', false],
  ['homeassistant', 'turn_on', 'cover.gate', 'gate', true],
  ['homeassistant', 'toggle', 'siren.hall', undefined, true],
  ['alarm_control_panel', 'alarm_disarm', 'alarm_control_panel.home', undefined, true],
  ['alarm_control_panel', 'alarm_arm_away', 'alarm_control_panel.home', undefined, false],
  ['light', 'turn_on', 'light.hall', undefined, false],
  ['camera', 'turn_off', 'camera.yard', undefined, true],
  ['homeassistant', 'turn_off', 'camera.yard', undefined, true],
  ['camera', 'turn_on', 'camera.yard', undefined, false],
  ['zwave_js', 'set_lock_usercode', 'lock.front', undefined, true],
  ['valve', 'open_valve', 'valve.water', undefined, true],
] as const)('%s.%s on %s (%s): %s', (domain, service, entityId, deviceClass, asks) => {
  expect(needsApproval(domain, service, { entityId, ...(deviceClass ? { deviceClass } : {}) })).toBe(asks);
});

test('acts without a target that are dangerous by themselves', () => {
  const acts = [
    'shell_command.anything',
    'homeassistant.restart',
    'mqtt.publish',
    'zha.issue_zigbee_cluster_command',
    'zha.set_lock_user_code',
  ];
  for (const act of acts) expect(needsApproval(...(act.split('.') as [string, string])), act).toBe(true);
  expect(needsApproval('notify', 'phone')).toBe(false);
});
