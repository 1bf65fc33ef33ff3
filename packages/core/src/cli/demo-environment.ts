import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/directories.ts';

/**
 * What a demo leaves behind (trail, earlier versions of what was edited) goes into a folder of its own that ends with the process:
 * none of it is about the person's own system. Set for the whole process, since servers ask it where to keep things.
 */
export const demoEnvironment = (env: Environment): Environment => {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.env['SWITCHYARD_STATE_DIR'] = folder;
  return { ...env, SWITCHYARD_STATE_DIR: folder };
};
