import type { Json } from './types.ts';

/** The backup manager: what there is, and what is going on. */
export class Backups {
  readonly list: Json[] = [];
  /** idle or create_backup. */
  state = 'idle';
  lastEvent: Json | null = null;
  /** Set by tests: the next backup fails with this reason, or never ends. */
  next: 'complete' | 'hang' | { readonly reason: string } = 'complete';
  automaticConfigured = false;
  readonly agents: readonly Json[] = [{ agent_id: 'backup.local', name: 'local' }];
  readonly #listeners = new Set<(event: Json) => void>();

  /** Hears what the manager says until the returned function is called. */
  listen(listener: (event: Json) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells everybody who listens. */
  tell(event: Json): void {
    if (event['manager_state'] !== 'idle') this.lastEvent = event;
    for (const listener of [...this.#listeners]) listener(event);
  }
}
