// The servers whose figures are measured, with their budgets.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const servers = [
  {
    name: 'home-assistant',
    bin: join(root, 'packages/home-assistant/dist/bin.js'),
    maxTools: 20,
    maxTokens: 6000,
    simulator: async (seed) =>
      (await import('@switchyard-mcp/simulator-home-assistant')).startHomeAssistantSimulator(seed === undefined ? {} : { seed }),
    environment: (simulator) => ({ HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token }),
    reads: [
      ['ha_overview', {}],
      ['ha_search', { query: 'temperature' }],
      ['ha_search', { domain: 'sensor' }],
    ],
    writes: [['ha_control', { action: 'turn_on', targets: ['light.kitchen_1_ceiling_light'] }]],
  },
];
