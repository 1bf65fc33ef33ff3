import type { Home } from '../home/home.ts';
import { isoTime, newUlid, stableId } from '../home/identifiers.ts';
import type { Json } from '../home/types.ts';
import { addEntity } from './builder.ts';
import { addAutomation, addScene, addScript } from './demo-configs.ts';
import { issue, reseed, seedHealthyHome } from './healthy-home.ts';

/** What a diagnosis must say of a planted fault: in which section, of whom, and a word of the cause. */
export interface Finding {
  readonly section: string;
  readonly subject: string;
  readonly words: RegExp;
}

export interface PlantedFault {
  readonly name: string;
  readonly plant: (home: Home) => void;
  readonly finds: readonly Finding[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const finding = (section: string, subject: string, words: RegExp): readonly Finding[] => [{ section, subject, words }];

function automation(home: Home, number: number, alias: string, parts: Json): void {
  addAutomation(home, {
    id: `17000000003${String(number).padStart(2, '0')}`,
    alias,
    description: '',
    triggers: [{ trigger: 'sun', event: 'sunset' }],
    conditions: [],
    actions: [{ action: 'light.turn_on', target: { entity_id: 'light.hall_lights' } }],
    mode: 'single',
    ...parts,
  });
}

/** A thing with some entities that give nothing since a while. */
function silent(home: Home, name: string, platform: string, suffixes: readonly string[], since: number): void {
  const device = home.registries.addDevice(name, platform, 'garage', 'Aqara', 'Model 1');
  for (const suffix of suffixes) {
    const id = addEntity(home, 'sensor', `${name} ${suffix}`, { state: 'unavailable', device, platform });
    home.seed(id, 'unavailable', { friendly_name: `${name} ${suffix}` }, home.startedAt - since);
  }
}

function log(home: Home, name: string, level: string, message: string, count = 1): void {
  const at = (home.startedAt - HOUR) / 1000;
  home.log.unshift({ name, message: [message], level, source: ['core.py', 1], timestamp: at, exception: '', count, first_occurred: at });
}

const broken = (name: string, subject: string, words: RegExp, plant: (home: Home) => void): PlantedFault => ({
  name,
  plant,
  finds: finding('references', subject, words),
});
const wrong = (name: string, entityId: string, words: RegExp, plant: (home: Home) => void): PlantedFault => ({
  name,
  plant,
  finds: finding('types', entityId, words),
});

const REFERENCES: readonly PlantedFault[] = [
  broken('an entity with a letter missing', 'lock.front_dor', /does not exist.*near: lock\.front_door/, (home) =>
    automation(home, 1, 'Night lock', { actions: [{ action: 'lock.lock', target: { entity_id: 'lock.front_dor' } }] }),
  ),
  broken('an action that is none', 'light.turn_onn', /action does not exist.*near: light\.turn_on/, (home) =>
    automation(home, 2, 'Hall on', {
      actions: [{ choose: [], default: [{ action: 'light.turn_onn', target: { entity_id: 'light.hall_lights' } }] }],
    }),
  ),
  broken('a device that was removed', `device:${stableId('removed device')}`, /does not exist/, (home) =>
    automation(home, 3, 'Button', {
      triggers: [{ trigger: 'device', domain: 'zha', type: 'press', device_id: stableId('removed device') }],
    }),
  ),
  broken('an area that was removed', 'area:winter_garden', /does not exist/, (home) =>
    automation(home, 4, 'Winter garden', { actions: [{ action: 'light.turn_off', target: { area_id: 'winter_garden' } }] }),
  ),
  broken('an entity in the template of a script', 'sensor.cellar_humidty', /script\.airing/, (home) =>
    addScript(home, 'airing', {
      alias: 'Airing',
      sequence: [{ condition: 'template', value_template: "{{ states('sensor.cellar_humidty') | float(0) > 60 }}" }],
    }),
  ),
  broken('a lamp of a scene', 'light.sold_lamp', /scene\.reading/, (home) =>
    addScene(home, { id: '1700000000401', name: 'Reading', entities: { 'light.sold_lamp': 'on', 'light.hall_lights': 'off' } }),
  ),
  broken('a card of a dashboard', 'sensor.sold_thermometer', /dashboard:upstairs-view \/views\/0\/cards\/1/, (home) => {
    const row = {
      id: 'upstairs_view',
      title: 'Upstairs',
      url_path: 'upstairs-view',
      mode: 'storage',
      require_admin: false,
      show_in_sidebar: true,
    };
    home.objects.dashboards.set('upstairs_view', row);
    const cards = [
      { type: 'tile', entity: 'light.bed_light' },
      { type: 'gauge', entity: 'sensor.sold_thermometer' },
    ];
    home.objects.views.set('upstairs-view', { views: [{ title: 'Upstairs', cards }] });
  }),
  broken('an entity that is disabled', 'light.spare_lamp', /is disabled/, (home) =>
    automation(home, 5, 'Spare', { triggers: [{ trigger: 'state', entity_id: 'light.spare_lamp', to: 'on' }] }),
  ),
];

const TYPES: readonly PlantedFault[] = [
  wrong('text compared with a number', 'automation.warm_outside', /> 20 compares text with a number/, (home) =>
    automation(home, 11, 'Warm outside', { conditions: ["{{ states('sensor.outside_temperature') > 20 }}"] }),
  ),
  wrong('a mode taken for a number', 'automation.mode_as_number', /compared as a number and is "Home"/, (home) =>
    automation(home, 12, 'Mode as number', {
      conditions: [{ condition: 'numeric_state', entity_id: 'input_select.house_mode', above: 1 }],
    }),
  ),
  wrong('a state that is never so', 'automation.night_mode', /never "night"/, (home) =>
    automation(home, 13, 'Night mode', { triggers: [{ trigger: 'state', entity_id: 'input_select.house_mode', to: 'night' }] }),
  ),
];

function failedRun(home: Home): void {
  automation(home, 21, 'Fan by plug', {});
  const [itemId, error, at] = ['1700000000321', 'Timed out waiting for the plug', home.startedAt - HOUR];
  home.traces.push({
    last_step: 'action/0',
    run_id: stableId('failed run'),
    state: 'stopped',
    script_execution: 'error',
    timestamp: { start: isoTime(at), finish: isoTime(at + 5) },
    domain: 'automation',
    item_id: itemId,
    error,
    trigger: 'sunset',
    trace: { 'action/0': [{ path: 'action/0', timestamp: isoTime(at), error }] },
    config: home.configs.automation.get(itemId) ?? {},
    blueprint_inputs: null,
    context: { id: newUlid(at), parent_id: null, user_id: null },
  });
}

function invalidAutomation(home: Home): void {
  automation(home, 22, 'Half written', {});
  reseed(home, 'automation.half_written', 'unavailable');
  const why = "required key not provided @ data['triggers'][0]['entity_id']. Got None";
  log(
    home,
    'homeassistant.components.automation',
    'ERROR',
    `Automation with alias 'Half written' could not be validated and has been disabled: ${why}`,
  );
}

const AUTOMATIONS: readonly PlantedFault[] = [
  { name: 'a run that failed', plant: failedRun, finds: finding('automations', 'automation.fan_by_plug', /Timed out waiting/) },
  {
    name: 'an automation that Core refused',
    plant: invalidAutomation,
    finds: [
      ...finding('automations', 'automation.half_written', /could not be validated/),
      ...finding('logs', 'automation', /could not be validated/),
    ],
  },
];

function signIn(home: Home): void {
  const entryId = home.registries.addConfigEntry('tado');
  const open = { subentryId: undefined, issueId: undefined, memory: {}, shown: undefined, menu: undefined };
  const flow = {
    flowId: newUlid(),
    manager: 'config',
    handler: 'tado',
    domain: 'tado',
    source: 'reauth',
    entryId,
    step: 'reauth_confirm',
  } as const;
  home.flows.set(flow.flowId, { ...flow, ...open });
}

function unreachable(home: Home): void {
  silent(home, 'Attic Bridge', 'attic_bridge', ['Signal', 'Load'], 2 * HOUR);
  home.registries.addConfigEntry('attic_bridge', 'setup_retry', 'Cannot connect to 192.0.2.7');
}

const INTEGRATIONS: readonly PlantedFault[] = [
  {
    name: 'an integration that was not set up',
    plant: (home) => void home.registries.addConfigEntry('broken_cloud', 'setup_error', 'Invalid credentials'),
    finds: finding('integrations', 'integration:broken_cloud', /Invalid credentials/),
  },
  {
    name: 'an integration that cannot be reached, with its entities',
    plant: unreachable,
    finds: finding('integrations', 'integration:attic_bridge', /Cannot connect.*2 entities/),
  },
  { name: 'a sign-in that ran out', plant: signIn, finds: finding('integrations', 'integration:tado', /new sign-in/) },
];

function restored(home: Home): void {
  addEntity(home, 'sensor', 'Old Meter', { state: 'unavailable', platform: 'old_meter', attributes: { restored: true } });
}

const THINGS: readonly PlantedFault[] = [
  {
    name: 'a device that died',
    plant: (home) => silent(home, 'Shed Sensor', 'zha', ['Temperature', 'Humidity', 'Pressure'], 3 * DAY),
    finds: finding('devices', 'device:Shed Sensor', /gives nothing for 3d.*3 entities/),
  },
  {
    name: 'five devices that died together',
    plant: (home) => {
      for (const floor of ['One', 'Two', 'Three', 'Four', 'Five']) silent(home, `Meter ${floor}`, 'meter_bus', ['Power'], 5 * HOUR);
    },
    finds: finding('devices', 'meter_bus', /5 devices/),
  },
  {
    name: 'one entity of a living device',
    plant: (home) => reseed(home, 'sensor.hall_humidity', 'unavailable'),
    finds: finding('unavailable', 'sensor.hall_humidity', /unavailable for .*other entities/),
  },
  {
    name: 'a battery in percent',
    plant: (home) => reseed(home, 'sensor.loft_climate_sensor_battery', '4'),
    finds: finding('batteries', 'sensor.loft_climate_sensor_battery', /4 %/),
  },
  {
    name: 'a battery that only says low',
    plant: (home) =>
      void addEntity(home, 'binary_sensor', 'Remote Battery', { state: 'on', attributes: { device_class: 'battery' }, area: 'hall' }),
    finds: finding('batteries', 'binary_sensor.remote_battery', /low/),
  },
  {
    name: 'an entity that nothing provides',
    plant: restored,
    finds: finding('orphans', 'sensor.old_meter', /old_meter provides it no more/),
  },
  {
    name: 'an entity in an area that was removed',
    plant: (home) => void addEntity(home, 'switch', 'Fountain', { state: 'off', entry: { area_id: 'pond' } }),
    finds: finding('orphans', 'switch.fountain', /area:pond/),
  },
  {
    name: 'an update that waits',
    plant: (home) => reseed(home, 'update.router_firmware', 'on', { latest_version: '1.0.1' }),
    finds: finding('updates', 'update.router_firmware', /1\.0\.0 → 1\.0\.1/),
  },
];

function deprecated(home: Home): void {
  home.issues.push({ ...issue(home, 'weather_hub', 'deprecated_yaml', 'warning'), breaks_in_ha_version: '2026.1.0', is_fixable: false });
  home.words['component.weather_hub.issues.deprecated_yaml.title'] = 'The YAML configuration is being removed';
}

const SYSTEM: readonly PlantedFault[] = [
  { name: 'a repair', plant: deprecated, finds: finding('repairs', 'weather_hub', /YAML configuration is being removed.*2026\.1\.0/) },
  {
    name: 'an error that comes again and again with other numbers',
    plant: (home) => {
      for (let second = 1; second <= 9; second += 1)
        log(
          home,
          'homeassistant.components.pool.api',
          'ERROR',
          `Timeout after ${second}.5 s while polling 192.0.2.9 (request ${second}81)`,
          4,
        );
    },
    finds: finding('logs', 'pool.api', /36 times.*Timeout/),
  },
  {
    name: 'a configuration that would not start',
    plant: (home) => {
      home.configErrors = "Integration error: lihgt - Integration 'lihgt' not found.";
    },
    finds: finding('config', 'configuration', /lihgt/),
  },
  {
    name: 'a server that cannot be reached',
    plant: (home) => {
      home.health['cloud'] = { can_reach_cloud: { type: 'failed', error: 'unreachable' } };
    },
    finds: finding('config', 'cloud', /can reach cloud: unreachable/),
  },
  {
    name: 'a recorder that keeps nothing, and a huge database',
    plant: (home) => {
      Object.assign(home.recorder, { recording: false });
      home.health['recorder'] = { ...home.health['recorder'], estimated_db_size: '20480.00 MiB' };
    },
    finds: [...finding('database', 'recorder', /switched off/), ...finding('database', 'recorder', /20 GiB/)],
  },
];

/** Every fault of the home of faults, with what a diagnosis must say of it. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [...INTEGRATIONS, ...AUTOMATIONS, ...REFERENCES, ...TYPES, ...THINGS, ...SYSTEM];

/** The healthy home with some faults in it, all of them by default. */
export function seedFaults(home: Home, names: readonly string[] = PLANTED_FAULTS.map(({ name }) => name)): void {
  seedHealthyHome(home);
  for (const { name, plant } of PLANTED_FAULTS) if (names.includes(name)) plant(home);
}
