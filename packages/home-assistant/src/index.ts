export { createHomeOperations } from './client/home-operations.ts';
export { type HomeAssistantSettings, homeAssistantLevels, homeAssistantSettings } from './config.ts';
export type * from './domain/model.ts';
export type { HomeOperations, StatisticPeriod, WaitOptions } from './domain/operations.ts';
export type { Span } from './domain/span.ts';
export { homeAssistantServer } from './server.ts';
export { homeAssistantTools } from './tools/index.ts';
