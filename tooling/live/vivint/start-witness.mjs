import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installVivintpy } from './install-vivintpy.mjs';

const LAUNCHER = fileURLToPath(new URL('./witness.py', import.meta.url));
const STOP_GRACE_MS = 5000;

/**
 * Starts the unmodified vivintpy against a simulated cloud. `call` runs one of the launcher's methods; a failure of the library is answered
 * with its type and words. `events` holds what it reported unasked, and `until` waits for one of them, past or future.
 */
export async function startWitness({ urls, python, log = () => {} }) {
  const { command, version } = await installVivintpy({ python, log });
  const [file, ...words] = command;
  // The library reads times without a zone as local ones.
  const env = { ...process.env, TZ: 'UTC', PYTHONUNBUFFERED: '1' };
  const child = spawn(file, [...words, LAUNCHER, JSON.stringify(urls)], { stdio: ['pipe', 'pipe', 'pipe'], env });
  child.stderr.on('data', (chunk) => log(String(chunk).trimEnd()));
  child.stdin.on('error', () => {});
  return new Witness(child, version);
}

class Witness {
  events = [];
  #child;
  #exited;
  #calls = new Map();
  #watchers = new Set();
  #lastId = 0;

  constructor(child, version) {
    this.version = version;
    this.#child = child;
    this.#exited = once(child, 'exit');
    createInterface({ input: child.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
    child.once('exit', () => {
      for (const finish of this.#calls.values()) finish({ error: { type: 'Exit', message: 'The witness ended' } });
    });
  }

  call(name, args = [], kwargs = {}) {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#child.stdin.write(`${JSON.stringify({ id, call: name, args, kwargs })}\n`);
    return new Promise((resolve) => this.#calls.set(id, resolve));
  }

  /** The first event that fits; waits for it. */
  async until(fits) {
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      await new Promise((resolve) => this.#watchers.add(resolve));
    }
  }

  async stop() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_GRACE_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #take(message) {
    if ('event' in message) {
      this.events.push(message);
      for (const wake of this.#watchers) wake();
      this.#watchers.clear();
    } else {
      this.#calls.get(message.id)?.(message);
      this.#calls.delete(message.id);
    }
  }
}
