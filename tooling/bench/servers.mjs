// The servers whose figures are measured, with their budgets.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const servers = [
  {
    name: 'home-assistant',
    bin: join(root, 'packages/home-assistant/dist/bin.js'),
    maxTools: 12,
    maxTokens: 6000,
    simulator: async (seed) =>
      (await import('@switchyard-mcp/simulator-home-assistant')).startHomeAssistantSimulator(seed === undefined ? {} : { seed }),
    /** Flags under which every tool is listed. */
    args: ['--level', 'admin'],
    environment: (simulator) => ({ HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token }),
    /** Settings that lead to an address which accepts and never answers. */
    hung: (url) => ({ HOMEASSISTANT_URL: url, HOMEASSISTANT_TOKEN: 'x'.repeat(20) }),
    reads: [
      ['ha_overview', {}],
      ['ha_search', { query: 'temperature' }],
      ['ha_search', { domain: 'sensor' }],
    ],
    writes: [['ha_control', { action: 'turn_on', targets: ['light.kitchen_1_ceiling_light'] }]],
    everyday: [
      ['lights with state', [['ha_search', { domain: 'light' }]]],
      ['turn on a light and know that it is on', [['ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] }]]],
      ['overview of the demo home', [['ha_overview', {}]]],
      ['a day of history', [['ha_history', { ids: ['sensor.bedroom_temperature'], start: '24h' }]]],
      ['find "kithcen lites"', [['ha_search', { query: 'kithcen lites' }]]],
    ],
    /** A write whose verified reply is timed, in two forms that undo each other. */
    verified: (turn) => ['ha_control', { action: turn % 2 ? 'turn_on' : 'turn_off', targets: ['light.kitchen_lights'] }],
    large: true,
  },
  {
    name: 'vivint',
    bin: join(root, 'packages/vivint/dist/bin.js'),
    maxTools: 14,
    maxTokens: 2700,
    simulator: async () => (await import('@switchyard-mcp/simulator-vivint')).startVivintSimulator({ seed: 'demo' }),
    args: ['--level', 'sensitive'],
    environment: (simulator) => vivintEnvironment(simulator),
    hung: (url) => ({
      VIVINT_USERNAME: 'nobody@example.test',
      VIVINT_PASSWORD: 'x'.repeat(20),
      VIVINT_TOKEN_STORE: 'memory',
      VIVINT_LOGIN_URL: url,
      VIVINT_API_URL: url,
      VIVINT_STREAM_URL: url,
    }),
    reads: [
      ['vivint_status', {}],
      ['vivint_list_devices', {}],
      ['vivint_list_devices', { class: 'sensor' }],
      ['vivint_events', {}],
      ['vivint_health', {}],
    ],
    writes: [
      ['vivint_operate', { devices: ['Porch Light'], on: true }],
      ['vivint_secure', { devices: ['home:31'] }],
      ['vivint_arm', { mode: 'stay', system: 'home', partition: 1, wait_s: 0 }],
    ],
    everyday: [
      ['is the home armed, and is anything open', [['vivint_status', {}]]],
      ['all locks', [['vivint_list_devices', { class: 'lock' }]]],
      ['what happened in a day', [['vivint_events', {}]]],
      ['which batteries are low', [['vivint_health', {}]]],
      ['lock the back door and know that it is locked', [['vivint_secure', { devices: ['home:31'] }]]],
    ],
    verified: (turn) => ['vivint_operate', { devices: ['Porch Light'], on: turn % 2 === 1 }],
  },
];

/** Leads the server to the simulator, with the account that needs no code and tokens that are gone at the end. */
function vivintEnvironment(simulator) {
  const { username, password } = simulator.account('none');
  const { login, api, stream } = simulator.urls;
  return {
    VIVINT_USERNAME: username,
    VIVINT_PASSWORD: password,
    VIVINT_TOKEN_STORE: 'memory',
    VIVINT_LOGIN_URL: login,
    VIVINT_API_URL: api,
    VIVINT_STREAM_URL: stream,
  };
}
