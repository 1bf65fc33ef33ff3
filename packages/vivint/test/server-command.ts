import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mfa, VivintSimulator } from '@switchyard-mcp/simulator-vivint';

export const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

export interface ServerPlace {
  readonly folder: string;
  command(simulator: VivintSimulator, options?: { readonly account?: Mfa; readonly args?: readonly string[] }): ServerCommand;
  remove(): Promise<void>;
}

/** A folder of its own with a key, and the built server's command lines that lead to a simulator. */
export const serverPlace = async (): Promise<ServerPlace> => {
  if (!existsSync(bin)) throw new Error('dist/bin.js is not built: run the build first');
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-vivint-'));
  const key = join(folder, 'key');
  await writeFile(key, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
  return {
    folder,
    command: (simulator, { account = 'none', args = [] } = {}) => {
      const { username, password } = simulator.account(account);
      const { login, api, stream } = simulator.urls;
      return {
        command: process.execPath,
        args: [bin, ...args],
        env: {
          VIVINT_USERNAME: username,
          VIVINT_PASSWORD: password,
          VIVINT_LOGIN_URL: login,
          VIVINT_API_URL: api,
          VIVINT_STREAM_URL: stream,
          XDG_STATE_HOME: folder,
          XDG_CONFIG_HOME: join(folder, 'config'),
          SWITCHYARD_KEY_FILE: key,
        },
      };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};
