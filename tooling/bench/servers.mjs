// The servers whose figures are measured, with their budgets.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as homeAssistant from './home-assistant.mjs';
import * as vivint from './vivint.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const servers = [
  {
    name: 'home-assistant',
    bin: join(root, 'packages/home-assistant/dist/bin.js'),
    maxTools: 20,
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
    measured: homeAssistant,
    writes: [['ha_control', { action: 'turn_on', targets: ['light.kitchen_1_ceiling_light'] }]],
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
    measured: vivint,
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
