import { ToolError } from '../errors/tool-error.ts';
import { hashOf } from './canonical-json.ts';

const keepMs = 24 * 3600 * 1000;
const maxEntries = 1000;

interface Entry {
  readonly args: string;
  readonly atMs: number;
  readonly outcome: Promise<unknown>;
}

/** Answers a repeated write with the first one's outcome instead of writing twice. In memory, per process. */
export class IdempotencyStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Runs `act` once per (tool, key). A second call with the same arguments waits for and gets the first one's outcome.
   * An outcome that `keep` rejects (nothing was done) is forgotten, so that the key can be used again.
   * @throws ToolError conflict when the key was used with other arguments.
   */
  async run<T>(request: { tool: string; key: string; args: unknown; keep: (outcome: T) => boolean }, act: () => Promise<T>): Promise<T> {
    this.#sweep();
    const id = JSON.stringify([request.tool, request.key]);
    const args = hashOf(request.args);
    const known = this.#entries.get(id);
    if (known) {
      if (known.args === args) return known.outcome as Promise<T>;
      throw new ToolError({
        code: 'conflict',
        what: 'This idempotency_key was used before with other arguments; nothing was changed',
        sideEffects: 'none',
        next: ['use a new key for a new act.'],
      });
    }
    const outcome = act();
    this.#entries.set(id, { args, atMs: this.#now(), outcome });
    try {
      const result = await outcome;
      if (!request.keep(result)) this.#entries.delete(id);
      return result;
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
  }

  #sweep(): void {
    const oldest = this.#now() - keepMs;
    for (const [id, { atMs }] of this.#entries) {
      if (atMs >= oldest && this.#entries.size <= maxEntries) break;
      this.#entries.delete(id);
    }
  }
}
