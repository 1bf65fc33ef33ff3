import { isLockCode, isRawWrite } from './security.ts';

/** What calling a service takes; each act as much by ha_control as by the tool that is made for it. */
export type ServiceLevel = 'control' | 'configure' | 'admin';

/** All of what these do is about the installation: the Supervisor, backups, debuggers. */
const adminDomains: ReadonlySet<string> = new Set(['hassio', 'backup', 'profiler', 'debugpy']);

/** As ha_system and ha_integration demand for the same or its like. */
const adminServices: ReadonlySet<string> = new Set([
  ...['restart', 'stop', 'check_config', 'save_persistent_states', 'set_location'].map((name) => `homeassistant.${name}`),
  'update.install',
  ...['purge', 'purge_entities', 'disable', 'enable', 'import_statistics'].map((name) => `recorder.${name}`),
  ...['logger.set_level', 'logger.set_default_level', 'system_log.clear'],
  // They let strangers' devices in, or the internet.
  ...['zha.permit', 'zha.remove', 'mqtt.dump', 'cloud.remote_connect', 'cloud.remote_disconnect'],
  'downloader.download_file',
  // What ha_set_state does to presence.
  'device_tracker.see',
]);

/** As ha_edit and ha_delete demand: they make, change and remove what automations and people use. */
const configureServices: ReadonlySet<string> = new Set(['group.set', 'group.remove', 'scene.create', 'scene.delete']);

/** Here people give the names: "reload_shutters" may be anything. */
const namedByPeople: ReadonlySet<string> = new Set(['script', 'shell_command', 'rest_command', 'python_script', 'pyscript', 'notify']);

const reloads = (domain: string, service: string): boolean =>
  service === 'reload' || (/^reload_/.test(service) && !namedByPeople.has(domain));

/** The level that a service takes. What dashboards do every day is "control"; security-relevant acts ask there besides. */
export const levelOfService = (domain: string, service: string): ServiceLevel => {
  const name = `${domain}.${service}`;
  if (adminDomains.has(domain) || adminServices.has(name) || reloads(domain, service)) return 'admin';
  if (isRawWrite(name) || (isLockCode(service) && !namedByPeople.has(domain))) return 'admin';
  return configureServices.has(name) ? 'configure' : 'control';
};
