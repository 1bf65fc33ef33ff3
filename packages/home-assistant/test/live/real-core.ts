import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningCore, startCore } from '@switchyard-mcp/live/home-assistant/start-core';

const bin = join(dirname(fileURLToPath(import.meta.url)), '../../dist/bin.js');

interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A real Core for a file of live tests: one of its own, or the one that was given. */
export interface RealCore {
  readonly url: string;
  readonly token: string;
  /** Absent when it was given by its address: then it cannot be restarted, nor its files be changed. */
  readonly own: RunningCore | undefined;
  /** Where the server keeps its state. */
  readonly folder: string;
  /** The built server's command line that leads to it. */
  command(extra?: readonly string[], env?: Readonly<Record<string, string>>): ServerCommand;
  stop(): Promise<void>;
}

/** Which Core, is said by the environment that `test:live` sets. */
export const startRealCore = async (): Promise<RealCore> => {
  if (!existsSync(bin)) throw new Error('dist/bin.js is not built: run the build first');
  const {
    SWITCHYARD_LIVE_URL: givenUrl,
    SWITCHYARD_LIVE_TOKEN: givenToken,
    SWITCHYARD_LIVE_PYTHON: python,
    SWITCHYARD_LIVE_VERSION: version,
    SWITCHYARD_LIVE_NEWEST: newest,
  } = process.env;
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const own = givenUrl && givenToken ? undefined : await startCore({ python, version, newest: newest === '1', log });
  const { url, token } = own ?? { url: givenUrl ?? '', token: givenToken ?? '' };
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-live-'));
  const places = { HOMEASSISTANT_URL: url, HOMEASSISTANT_TOKEN: token, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
  return {
    url,
    token,
    own,
    folder,
    command: (extra = [], env = {}) => ({ command: process.execPath, args: [bin, ...extra], env: { ...places, ...env } }),
    stop: async () => {
      await own?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
