/** An app ("add-on") of the Supervisor. */
export interface App {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  installed: boolean;
  state: 'started' | 'stopped';
  version: string;
  readonly latest: string;
  readonly log: string;
  options: Record<string, unknown>;
}

/** The apps of a home with a Supervisor. */
export function demoApps(): Map<string, App> {
  const app = (slug: string, name: string, more: Partial<App>): App => ({
    slug,
    name,
    description: `${name} as an app`,
    installed: true,
    state: 'started',
    version: '1.0.0',
    latest: '1.0.0',
    log: `[info] ${name} starts\n`,
    options: { sftp: false, password: 'app-canary-password' },
    ...more,
  });
  const apps = [
    app('core_mosquitto', 'Mosquitto broker', { latest: '1.1.0' }),
    app('core_ssh', 'Terminal & SSH', { state: 'stopped' }),
    app('core_samba', 'Samba share', { installed: false }),
  ];
  return new Map(apps.map((one) => [one.slug, one]));
}
