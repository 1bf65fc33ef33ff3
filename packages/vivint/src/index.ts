export { createVivintOperations } from './client/vivint-operations.ts';
export { type VivintSettings, vivintLevels, vivintSettings } from './config.ts';
export type { Act, Level } from './domain/acts.ts';
export type * from './domain/model.ts';
export type { EventList, Picture, Span, VivintOperations } from './domain/operations.ts';
export { type Migration, vivintMigration } from './migration.ts';
export { vivintServer } from './server.ts';
export { vivintTools } from './tools/index.ts';
