export { createHomeOperations } from './client/home-operations.ts';
export { type HomeAssistantSettings, homeAssistantLevels, homeAssistantSettings } from './config.ts';
export type * from './domain/model.ts';
export type { HomeOperations, Span, StatisticPeriod, WaitOptions } from './domain/operations.ts';
export { homeAssistantServer } from './server.ts';
export { homeAssistantTools } from './tools/index.ts';
