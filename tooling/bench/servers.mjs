// The servers whose figures are measured, with their budgets.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as homeAssistant from './home-assistant.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export const servers = [
  {
    name: 'home-assistant',
    bin: join(root, 'packages/home-assistant/dist/bin.js'),
    maxTools: 12,
    maxTokens: 3600,
    simulator: async (seed) =>
      (await import('@switchyard-mcp/simulator-home-assistant')).startHomeAssistantSimulator(seed === undefined ? {} : { seed }),
    environment: (simulator) => ({ HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: simulator.token }),
    reads: [
      ['ha_overview', {}],
      ['ha_search', { query: 'temperature' }],
      ['ha_search', { domain: 'sensor' }],
    ],
    measured: homeAssistant,
    writes: [['ha_control', { action: 'turn_on', targets: ['light.kitchen_1_ceiling_light'] }]],
  },
];
