export { CORE_VERSION } from './core-config.ts';
export { FaultControls, type FaultOptions, type RateLimit } from './faults.ts';
export { type Finding, PLANTED_FAULTS, type PlantedFault } from './seed/planted-faults.ts';
export { type HomeAssistantSimulator, type LoggedRequest, type SimulatorOptions, startHomeAssistantSimulator } from './server.ts';
