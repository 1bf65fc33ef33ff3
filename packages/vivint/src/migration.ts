/** A tool of the older Vivint server (bradmb/vivint-mcp), and the call that answers it here. Executed as a test. */
export interface Migration {
  readonly old: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What comes of it that the old one did not give. */
  readonly better: string;
}

export const vivintMigration: readonly Migration[] = [
  { old: 'get_system_status', tool: 'vivint_status', args: {}, better: 'per partition, with since, by whom, ready or why not' },
  {
    old: 'get_all_devices',
    tool: 'vivint_list_devices',
    args: {},
    better: 'states instead of text booleans; no serials, no service devices',
  },
  {
    old: 'get_security_sensors',
    tool: 'vivint_list_devices',
    args: { class: 'sensor' },
    better: 'open, bypass, tamper and battery are real',
  },
  {
    old: 'get_cameras',
    tool: 'vivint_list_devices',
    args: { class: 'camera' },
    better: 'privacy, clips, detection, resolution from the camera itself',
  },
  {
    old: 'get_locks',
    tool: 'vivint_list_devices',
    args: { class: 'lock' },
    better: 'auto-lock, tamper, jam and battery warnings are real',
  },
  {
    old: 'get_thermostats',
    tool: 'vivint_list_devices',
    args: { class: 'thermostat' },
    better: 'temperatures, modes, fan and humidity are there',
  },
  {
    old: 'get_recent_events',
    tool: 'vivint_events',
    args: { since: '24h' },
    better: 'real events with their source, and what may be missing',
  },
  { old: 'get_device_health', tool: 'vivint_health', args: {}, better: 'offline and tampered devices count; silence is not health' },
];
