import { isToolError, refuse } from '../errors/tool-error.ts';
import type { Clock } from '../time/clock.ts';
import { hashOf } from './canonical-json.ts';

const keepMs = 24 * 3600 * 1000;
const maxEntries = 1000;

interface Entry {
  readonly args: string;
  readonly atMs: number;
  readonly outcome: Promise<unknown>;
}

/** After these the act may have happened: a repeat under the same key must not do it again. */
const mayHaveActed = (error: unknown): boolean =>
  isToolError(error) ? error.fields.sideEffects === 'unknown' || error.fields.sideEffects === 'done' : true;

/** Answers a repeated write with the first one's outcome instead of writing twice. In memory, per process. */
export class IdempotencyStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#now = () => clock.now();
  }

  /**
   * Runs `act` once per (tool, key). A second call with the same arguments waits for and gets the first one's outcome,
   * an uncertain failure included. An outcome that `keep` rejects, or a failure that changed nothing, is forgotten,
   * so that the key can be used again.
   * @throws ToolError conflict when the key was used with other arguments.
   */
  async run<T>(request: { tool: string; key: string; args: unknown; keep: (outcome: T) => boolean }, act: () => Promise<T>): Promise<T> {
    const id = JSON.stringify([request.tool, request.key]);
    const args = hashOf(request.args);
    this.#sweep();
    const known = this.#entries.get(id);
    if (known) {
      if (known.args === args) return known.outcome as Promise<T>;
      throw refuse('conflict', 'This idempotency_key was used before with other arguments.', { next: ['Use a new key for a new act.'] });
    }
    const outcome = act();
    const entry = { args, atMs: this.#now(), outcome };
    this.#entries.set(id, entry);
    // Only this entry: a later one may have taken the key after an eviction.
    const forget = (): void => {
      if (this.#entries.get(id) === entry) this.#entries.delete(id);
    };
    try {
      const result = await outcome;
      if (!request.keep(result)) forget();
      return result;
    } catch (error) {
      if (!mayHaveActed(error)) forget();
      throw error;
    }
  }

  #sweep(): void {
    const oldest = this.#now() - keepMs;
    for (const [id, { atMs }] of this.#entries) {
      if (atMs >= oldest && this.#entries.size < maxEntries) break;
      this.#entries.delete(id);
    }
  }
}
