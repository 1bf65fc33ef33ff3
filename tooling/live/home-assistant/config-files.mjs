import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions } from '../python/interpreters.mjs';

/** From this release on the HTTP settings of YAML are a trial that Core takes back; the port then comes from the environment. */
const HTTP_MOVED = '2026.8.0';
/** From about here `kitchen_sink:` in YAML fails to load, and a failed integration would colour every health check. */
const KITCHEN_SINK_BROKEN = '2026.3.0';

export const homeLocation = { latitude: 52.3731, longitude: 4.8922, elevation: 2, time_zone: 'Europe/Amsterdam' };

/** Writes a complete configuration into `dir` and returns the environment that Core needs beside it. */
export async function writeConfig(dir, { version, port }) {
  await mkdir(dir, { recursive: true });
  const httpInYaml = compareVersions(version, HTTP_MOVED) < 0;
  const parts = [
    baseYaml,
    httpInYaml ? `http:\n  server_host: 127.0.0.1\n  server_port: ${port}\n` : '',
    compareVersions(version, KITCHEN_SINK_BROKEN) < 0 ? 'kitchen_sink:\n' : '',
    helpersYaml,
    templateYaml,
  ];
  const files = {
    'configuration.yaml': parts.filter(Boolean).join('\n'),
    'automations.yaml': automationsYaml,
    'scripts.yaml': scriptsYaml,
    'scenes.yaml': scenesYaml,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return httpInYaml ? {} : { SETUP_PORT: String(port) };
}

// An explicit list and not `default_config:`, which brings bluetooth, discovery and the cloud: slow, and useless without hardware.
const baseYaml = `homeassistant:
  name: Test Home
  latitude: ${homeLocation.latitude}
  longitude: ${homeLocation.longitude}
  elevation: ${homeLocation.elevation}
  unit_system: metric
  currency: EUR
  country: NL
  language: en
  time_zone: ${homeLocation.time_zone}

logger:
  default: warning

# Tests read back what just happened: do not keep it in memory for seconds.
recorder:
  commit_interval: 1

history:
logbook:
energy:
sun:
conversation:
media_source:
demo:

automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
`;

const helpersYaml = `input_boolean:
  guest_mode:
    name: Guest mode
    icon: mdi:account-multiple
  vacation:
    name: Vacation

input_number:
  target_humidity:
    name: Target humidity
    min: 30
    max: 80
    step: 5
    initial: 50
    unit_of_measurement: "%"

input_select:
  house_mode:
    name: House mode
    options: [Home, Away, Night]
    initial: Home

input_text:
  welcome_message:
    name: Welcome message
    initial: Hello

input_datetime:
  wake_up:
    name: Wake up
    has_time: true
    has_date: false

input_button:
  doorbell_test:
    name: Doorbell test

counter:
  coffee_cups:
    name: Coffee cups

timer:
  laundry:
    name: Laundry
    duration: "00:45:00"
`;

const templateYaml = `template:
  - sensor:
      - name: Lights on
        unique_id: lights_on
        state: "{{ states.light | selectattr('state', 'eq', 'on') | list | count }}"
      - name: Humidity gap
        unique_id: humidity_gap
        unit_of_measurement: "%"
        state_class: measurement
        state: >-
          {{ states('sensor.outside_humidity') | float(0) - states('input_number.target_humidity') | float(0) }}
      - name: Never known
        unique_id: never_known
        device_class: temperature
        unit_of_measurement: "°C"
        state: "{{ none }}"
        availability: "{{ false }}"
  - binary_sensor:
      - name: House empty
        unique_id: house_empty
        device_class: occupancy
        state: "{{ not is_state('input_select.house_mode', 'Home') }}"

light:
  - platform: group
    name: Evening lights
    unique_id: evening_lights
    entities:
      - light.bed_light
      - light.ceiling_lights
      - light.kitchen_lights
`;

const automationsYaml = `- id: "1700000000001"
  alias: Evening lights on at sunset
  description: Turns on the evening lights when the sun goes down
  triggers:
    - trigger: sun
      event: sunset
  conditions:
    - condition: state
      entity_id: input_boolean.vacation
      state: "off"
  actions:
    - action: light.turn_on
      target:
        entity_id: light.evening_lights
      data:
        brightness_pct: 60
  mode: single
- id: "1700000000002"
  alias: Guest mode follows house mode
  triggers:
    - trigger: state
      entity_id: input_select.house_mode
      to: Away
  conditions: []
  actions:
    - action: input_boolean.turn_off
      target:
        entity_id: input_boolean.guest_mode
  mode: restart
- id: "1700000000003"
  alias: Broken night lock
  description: Refers to a lock that does not exist and to a condition that is never true
  triggers:
    - trigger: state
      entity_id: input_select.house_mode
      to: Night
  conditions:
    - condition: template
      value_template: "{{ states('input_select.house_mode') == 'night' }}"
  actions:
    - action: lock.lock
      target:
        entity_id: lock.front_dor
  mode: single
`;

const scriptsYaml = `movie_night:
  alias: Movie night
  description: Dims the ceiling lights
  fields:
    brightness:
      name: Brightness
      selector:
        number:
          min: 1
          max: 100
  sequence:
    - action: light.turn_on
      target:
        entity_id: light.ceiling_lights
      data:
        brightness_pct: "{{ brightness | default(20) }}"
  mode: single
count_lights:
  alias: Count lights
  sequence:
    - variables:
        answer:
          lights_on: "{{ states('sensor.lights_on') | int(0) }}"
    - stop: counted
      response_variable: answer
  mode: single
slow_cover:
  alias: Slow cover
  sequence:
    - action: cover.close_cover
      target:
        entity_id: cover.living_room_window
    - delay: "00:00:05"
  mode: queued
`;

const scenesYaml = `- id: "1700000000101"
  name: Cosy evening
  entities:
    light.ceiling_lights:
      state: "on"
      brightness: 90
    light.bed_light:
      state: "off"
`;
