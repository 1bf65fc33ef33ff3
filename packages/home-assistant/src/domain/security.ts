/**
 * Acts that a stranger must not be able to cause by asking nicely: each needs an approval.
 * Locking, arming and closing are not among them; they make the home safer.
 */
const acts: Readonly<Record<string, ReadonlySet<string> | 'all'>> = {
  lock: new Set(['unlock', 'open']),
  alarm_control_panel: new Set(['alarm_disarm', 'alarm_trigger']),
  siren: new Set(['turn_on', 'toggle']),
  valve: new Set(['open_valve', 'set_valve_position', 'toggle']),
  camera: new Set(['turn_off', 'disable_motion_detection']),
};
const coverOpeners = new Set(['open_cover', 'set_cover_position', 'toggle', 'open_cover_tilt', 'toggle_cover_tilt']);
const guardedCovers = new Set(['garage', 'gate', 'door']);
const genericOpeners = new Set(['turn_on', 'toggle', 'turn_off']);
const alwaysServices = new Set([
  'homeassistant.restart',
  'homeassistant.stop',
  'recorder.purge',
  'recorder.purge_entities',
  'update.install',
  'backup.create',
  'backup.create_automatic',
  'device_tracker.see',
  'hassio.host_shutdown',
  'hassio.host_reboot',
]);
/** They write to devices past what the states know of: a lock opens as well by a message on its topic. */
const rawWrites = new Set([
  'mqtt.publish',
  'zwave_js.set_value',
  'zwave_js.multicast_set_value',
  'zwave_js.invoke_cc_api',
  'zha.issue_zigbee_cluster_command',
  'zha.issue_zigbee_group_command',
  'zha.set_zigbee_cluster_attribute',
  'knx.send',
  'modbus.write_register',
  'modbus.write_coil',
  'deconz.configure',
  'localtuya.set_dp',
  'homematic.put_paramset',
  'homematic.set_device_value',
]);
/** Whose code opens a door: zwave_js.set_lock_usercode, zha.enable_lock_user_code, matter.set_lock_credential and their kind. */
const lockCodes = /user_?code|lock_(?:user|credential)/;
const alwaysDomains = new Set(['shell_command', 'python_script', 'rest_command', 'hassio', 'pyscript']);

/** Does a service write to devices past what the states know of? `name` in full. */
export const isRawWrite = (name: string): boolean => rawWrites.has(name);
/** Is a service, by its name without the domain, about the codes of locks? */
export const isLockCode = (service: string): boolean => lockCodes.test(service);

/** Does this service on this entity need an approval? `entityId` undefined: a call without targets. */
export const needsApproval = (domain: string, service: string, target?: { entityId: string; deviceClass?: string }): boolean => {
  const name = `${domain}.${service}`;
  if (alwaysDomains.has(domain) || alwaysServices.has(name) || isRawWrite(name) || isLockCode(service)) return true;
  if (!target) return false;
  const targetDomain = target.entityId.split('.')[0] ?? '';
  // homeassistant.turn_on and friends reach every domain under another name.
  if (domain === 'homeassistant' && genericOpeners.has(service)) {
    if (targetDomain === 'cover') return service !== 'turn_off' && guardedCovers.has(target.deviceClass ?? '');
    if (targetDomain === 'lock' || targetDomain === 'alarm_control_panel' || targetDomain === 'valve') return true;
    if (targetDomain === 'camera') return service !== 'turn_on';
    return targetDomain === 'siren' && service !== 'turn_off';
  }
  if (targetDomain === 'cover') return coverOpeners.has(service) && guardedCovers.has(target.deviceClass ?? '');
  const listed = acts[targetDomain];
  if (listed === undefined) return false;
  return listed === 'all' || listed.has(service);
};

/** Who is at home, what is locked, armed or open: automations unlock and disarm by these. */
const watchedDomains = new Set(['person', 'device_tracker', 'zone', 'lock', 'alarm_control_panel', 'valve', 'siren', 'camera', 'event']);
const watchedClasses: Readonly<Record<string, ReadonlySet<string>>> = {
  cover: guardedCovers,
  binary_sensor: new Set([
    ...['door', 'garage_door', 'window', 'opening', 'lock', 'presence', 'occupancy', 'motion', 'moving', 'vibration', 'sound'],
    ...['tamper', 'safety', 'smoke', 'gas', 'carbon_monoxide', 'heat', 'moisture', 'problem', 'connectivity'],
  ]),
};

/** May a false state of this entity, made up, let something unlock, disarm or stay silent? */
export const isTrusted = (entityId: string, deviceClass: unknown): boolean => {
  const domain = entityId.split('.')[0] ?? '';
  return watchedDomains.has(domain) || (typeof deviceClass === 'string' && watchedClasses[domain]?.has(deviceClass) === true);
};

const openers: Readonly<Record<string, string>> = {
  lock: 'unlock',
  alarm_control_panel: 'alarm_disarm',
  siren: 'turn_on',
  valve: 'open_valve',
  cover: 'open_cover',
};

/** Could whoever may control this entity open the home or raise an alarm? */
export const opensUp = (entityId: string, deviceClass?: string): boolean => {
  const domain = entityId.split('.')[0] ?? '';
  const service = openers[domain];
  return service !== undefined && needsApproval(domain, service, { entityId, ...(deviceClass === undefined ? {} : { deviceClass }) });
};
