import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeConfig } from './config-files.mjs';
import { installCore } from './install-core.mjs';
import { onboard, waitFor } from './onboard.mjs';
import { Probe } from './probe.mjs';
import { seedHome } from './seed-home.mjs';

/** The first start fetches the requirements of each integration; later ones take seconds. */
const START_TIMEOUT_MS = 300_000;
const STOP_GRACE_MS = 12_000;
/** Core leaves with this code when it wants to be started again (service homeassistant.restart). */
const RESTART_EXIT_CODE = 100;
const LAUNCHER = fileURLToPath(new URL('./launch.py', import.meta.url));

/**
 * Starts a real Home Assistant Core with a fresh home in a temporary folder and resolves when it answers everything.
 *
 * @param {{python?: string, newest?: boolean, version?: string, cacheDir?: string, port?: number, seed?: boolean, log?: (line: string) => void}} [options]
 */
export async function startCore(options = {}) {
  const log = options.log ?? (() => {});
  const installed = await installCore({ ...options, log });
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const configDir = await mkdtemp(join(tmpdir(), 'switchyard-ha-'));
  const env = await writeConfig(configDir, { version: installed.version, port });
  const core = new CoreProcess({ command: installed.command, configDir, env, log });
  try {
    const started = Date.now();
    await core.start();
    await untilOnboarding(url, core);
    log(`Core ${installed.version} answers after ${Date.now() - started} ms`);
    const { token, nonAdminToken } = await onboard(url);
    await untilRunning({ url, token, core });
    if (options.seed !== false) await seedHome({ url, token, log });
    log(`Core ${installed.version} is ready after ${Date.now() - started} ms`);
    return handle({ url, token, nonAdminToken, version: installed.version, configDir, core });
  } catch (error) {
    // The reason is in Core's own words, and the folder that holds them is about to go.
    log(await tail(join(configDir, 'console.log')));
    await core.stop();
    await core.discard();
    throw error;
  }
}

function handle({ url, token, nonAdminToken, version, configDir, core }) {
  return {
    url,
    token,
    nonAdminToken,
    version,
    configDir,
    get pid() {
      return core.pid;
    },
    /** Resolves with the exit code when Core ends without being asked to. */
    exited: core.exited,
    /** Ends Core and removes its folder. */
    async stop() {
      await core.stop();
      await core.discard();
    },
    /** Ends Core and starts it again: same configuration, port and tokens. `downMs` keeps it away for a while. */
    async restart({ downMs = 0 } = {}) {
      await core.stop();
      if (downMs > 0) await new Promise((resolve) => setTimeout(resolve, downMs));
      await core.start();
      await untilRunning({ url, token, core });
    },
  };
}

/** One child process at a time, known by its own id and ended by nothing else. */
class CoreProcess {
  #child;
  #stopping = false;
  #options;
  #resolveExited;

  constructor(options) {
    this.#options = options;
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
    // A parent that dies without 'exit' is covered by the launcher, which sees its standard input close.
    this.onParentExit = () => {
      this.#child?.kill('SIGKILL');
      rmSync(options.configDir, { recursive: true, force: true });
    };
    process.on('exit', this.onParentExit);
  }

  get pid() {
    return this.#child?.pid;
  }

  async start() {
    const { command, configDir, env } = this.#options;
    this.#stopping = false;
    // To a file and not a pipe: a full pipe would stop Core in the middle of a test.
    const output = await open(join(configDir, 'console.log'), 'a');
    const [file, ...args] = [...command, LAUNCHER, configDir];
    const child = spawn(file, args, {
      stdio: ['pipe', output.fd, output.fd],
      env: { ...process.env, ...env },
    });
    this.#child = child;
    child.stdin.on('error', () => {});
    child.once('exit', (code, signal) => this.#onExit(child, code ?? signal));
    await once(child, 'spawn').finally(() => output.close());
  }

  #onExit(child, code) {
    if (this.#child === child) this.#child = undefined;
    if (this.#stopping) return;
    if (code === RESTART_EXIT_CODE) {
      this.#options.log('Core asked to be started again');
      this.start().catch((error) => this.#resolveExited(error));
    } else {
      this.#resolveExited(code);
    }
  }

  async stop() {
    const child = this.#child;
    this.#stopping = true;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await gone;
    clearTimeout(timer);
  }

  assertAlive() {
    if (!this.#child && !this.#stopping) throw new Error('Home Assistant Core ended before it was ready.');
  }

  async discard() {
    process.off('exit', this.onParentExit);
    await rm(this.#options.configDir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function untilOnboarding(url, core) {
  const probe = new Probe({ url, timeoutMs: 2000 });
  await waitFor(() => probe.restOk('GET', '/api/onboarding'), {
    timeoutMs: START_TIMEOUT_MS,
    what: 'Core answers on its port',
    stillAlive: () => core.assertAlive(),
  });
}

async function untilRunning({ url, token, core }) {
  const probe = new Probe({ url, token, timeoutMs: 2000 });
  await waitFor(async () => (await probe.restOk('GET', '/api/config')).state === 'RUNNING', {
    timeoutMs: START_TIMEOUT_MS,
    what: 'Core is RUNNING',
    stillAlive: () => core.assertAlive(),
  });
}

/** The port is free now; the moment until Core takes it is the price of not reserving ports for good. */
async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function tail(path) {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').slice(-40).join('\n');
}
