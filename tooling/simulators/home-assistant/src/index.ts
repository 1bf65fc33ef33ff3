export { startHomeAssistantSimulator, type HomeAssistantSimulator, type LoggedRequest, type SimulatorOptions } from './server.ts';
export { FaultControls, type FaultOptions, type RateLimit } from './faults.ts';
export { CORE_VERSION } from './core-config.ts';
