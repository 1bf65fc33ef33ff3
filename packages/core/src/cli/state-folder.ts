import { mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DoctorCheck } from '../server/define-server.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown reason';

/** The folder itself, or the nearest one above it in which it would be made. */
const nearestThere = (folder: string): string => {
  try {
    statSync(folder);
    return folder;
  } catch (error) {
    return codeOf(error) === 'ENOENT' && dirname(folder) !== folder ? nearestThere(dirname(folder)) : folder;
  }
};

/** Whether a file can be made where the trail and the credentials lie. Rights do not tell: a file system may be read-only or full. */
export const checkStateFolder = (folder: string): DoctorCheck => {
  const at = nearestThere(folder);
  try {
    rmdirSync(mkdtempSync(join(at, '.doctor-')));
    return { id: 'state', status: 'ok', seen: `${folder} can be written` };
  } catch (error) {
    return {
      id: 'state',
      status: 'problem',
      seen: `${folder} cannot be written (${codeOf(error)}): no write can be recorded, so none is done, and no login can be kept`,
      mend: `make ${at} writable for this user, or set SWITCHYARD_STATE_DIR to a folder that is.`,
    };
  }
};
