import type { Demo } from '@switchyard-mcp/core';
import type { VivintSettings } from './config.ts';

/** Starts the simulated cloud with two homes. The command alone knows it: whoever uses the library does not carry it. */
export const startDemo = async (): Promise<Demo<VivintSettings>> => {
  const { startVivintSimulator } = await import('@switchyard-mcp/simulator-vivint');
  const simulator = await startVivintSimulator();
  const { username, password } = simulator.account('none');
  const { login: loginUrl, api: apiUrl, stream: streamUrl } = simulator.urls;
  return { settings: { username, password, tokenStore: 'memory', loginUrl, apiUrl, streamUrl }, close: () => simulator.close() };
};
