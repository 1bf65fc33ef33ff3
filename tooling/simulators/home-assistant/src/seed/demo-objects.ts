import type { Home } from '../home/home.ts';
import type { Json } from '../home/types.ts';
import { seedItems } from '../websocket/collection-commands.ts';
import { addEntity } from './builder.ts';

const source = 'https://github.com/home-assistant/core/blob/dev/homeassistant/components/automation/blueprints/motion_light.yaml';

/** The blueprint that comes with Core. */
const MOTION_LIGHT: Json = {
  blueprint: {
    name: 'Motion-activated Light',
    description: 'Turn on a light when motion is detected.',
    domain: 'automation',
    source_url: source,
    author: 'Home Assistant',
    input: {
      motion_entity: {
        name: 'Motion Sensor',
        selector: { entity: { filter: [{ device_class: ['motion'], domain: ['binary_sensor'] }], multiple: false } },
      },
      light_target: { name: 'Light', selector: { target: { entity: [{ domain: ['light'] }] } } },
      no_motion_wait: {
        name: 'Wait time',
        description: 'Time to leave the light on after last motion is detected.',
        default: 120,
        selector: { number: { min: 0, max: 3600, unit_of_measurement: 'seconds', step: 1, mode: 'slider' } },
      },
    },
  },
  mode: 'restart',
  max_exceeded: 'silent',
  triggers: { trigger: 'state', entity_id: { '!input': 'motion_entity' }, from: 'off', to: 'on' },
  actions: [
    { alias: 'Turn on the light', action: 'light.turn_on', target: { '!input': 'light_target' } },
    {
      alias: 'Wait until there is no motion from device',
      wait_for_trigger: { trigger: 'state', entity_id: { '!input': 'motion_entity' }, from: 'on', to: 'off' },
    },
    { alias: 'Wait the number of seconds that has been set', delay: { '!input': 'no_motion_wait' } },
    { alias: 'Turn off the light', action: 'light.turn_off', target: { '!input': 'light_target' } },
  ],
};

const YAML_ONLY: Json = {
  id: 'package_heating',
  alias: 'Package heating',
  triggers: [{ trigger: 'time', at: '06:00:00' }],
  actions: [{ action: 'light.turn_on', target: { entity_id: 'light.kitchen_lights' } }],
};

/** Stored helpers, a dashboard, a blueprint, and what lives in YAML and cannot be edited. */
export function seedObjects(home: Home): void {
  home.objects.blueprints['automation']?.set('homeassistant/motion_light.yaml', MOTION_LIGHT);
  home.objects.dashboards.set('map', {
    id: 'map',
    icon: 'mdi:map',
    title: 'Map',
    url_path: 'map',
    require_admin: false,
    mode: 'storage',
    show_in_sidebar: true,
  });
  home.objects.views.set('map', { strategy: { type: 'map' } });
  const humidity = home.states.get('input_number.target_humidity');
  if (humidity) home.seed(humidity.entityId, humidity.state, { ...humidity.attributes, editable: false });
  const id = addEntity(home, 'automation', 'Package heating', {
    state: 'on',
    attributes: { id: 'package_heating', last_triggered: null, mode: 'single', current: 0 },
    platform: 'automation',
    entry: { unique_id: 'package_heating' },
  });
  home.yamlOnly.set(id, YAML_ONLY);
  seedItems(home);
}
