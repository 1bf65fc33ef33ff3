import { ownFolders } from './own-folders.ts';

/** Before the first live test. */
export const setup = (): (() => void) => ownFolders('live');
