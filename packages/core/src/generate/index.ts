export { definitionsOf } from './definitions.ts';
export { mcpbManifest, profileSchema, serverJson } from './manifests.ts';
export { replaceBetweenMarkers, settingsTable, toolsTable } from './readme.ts';
