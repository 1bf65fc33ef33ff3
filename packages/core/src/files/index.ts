export { type AppendFile, openAppendFile } from './append-file.ts';
export { acquireLock, type HeldLock, type LockOptions, withFileLock } from './file-lock.ts';
export { createLineJournal, type LineJournal, type LineJournalOptions } from './line-journal.ts';
export {
  createPrivateFile,
  type PrivateFile,
  type ReadOptions,
  readPrivateFile,
  readPrivateJson,
  writePrivateFile,
} from './private-file.ts';
export { ensurePrivateFolder } from './private-folder.ts';
export { errorCodeOf } from './system-error.ts';
export { checkFolder, unwritable } from './writable.ts';
