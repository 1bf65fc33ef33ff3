import type { Demo } from '@switchyard-mcp/core';
import type { homeAssistantSettings } from './config.ts';

/** Starts the simulated home. It is part of the command alone: whoever imports the library has a home, or a simulator, of their own. */
export const startDemo = async (): Promise<Demo<typeof homeAssistantSettings>> => {
  const { startHomeAssistantSimulator } = await import('@switchyard-mcp/simulator-home-assistant');
  const simulator = await startHomeAssistantSimulator();
  return { settings: { url: simulator.url, token: simulator.token }, close: () => simulator.close() };
};
