export { type Directories, directories, type Environment } from './directories.ts';
export { type LoadOptions, loadSettings } from './load-settings.ts';
export type { LoadedSettings } from './setting.ts';
