import { whyNotWritable } from '../files/writable.ts';
import type { DoctorCheck } from '../server/define-server.ts';

/** Whether a file can be made where the audit log and the credentials are stored. */
export const checkStateFolder = (folder: string): DoctorCheck => {
  const refused = whyNotWritable(folder);
  if (refused === undefined) return { id: 'state', status: 'ok', seen: `${folder} can be written` };
  return {
    id: 'state',
    status: 'problem',
    seen: `${folder} cannot be written (${refused.code}): no write can be recorded, so none is done, and no login can be kept`,
    mend: `make ${refused.at} writable for this user, or set SWITCHYARD_STATE_DIR to a folder that is.`,
  };
};
