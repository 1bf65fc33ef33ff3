import type { Log } from '../runtime/log.ts';
import type { ResourceDefinition } from './define-server.ts';
import { resourceOf } from './resource-match.ts';

export interface Watching<Operations> {
  readonly resources: readonly ResourceDefinition<Operations>[];
  readonly operations: () => Promise<Operations>;
  readonly log: Pick<Log, 'warn'>;
}

export interface Watch {
  /** Settles when the watch stands; rejects when the system could not be reached. */
  readonly started: Promise<void>;
  /** Ends it, also when it does not stand yet. */
  stop(): void;
}

/** Can any of these tell of changes? Only then may a server promise subscriptions. */
export const canWatch = <Operations>(resources: readonly ResourceDefinition<Operations>[]): boolean =>
  resources.some((resource) => resource.watch !== undefined);

/** Watches one uri; undefined when no resource in force has it. */
export const watchResource = <Operations>(watching: Watching<Operations>, uri: string, changed: () => void): Watch | undefined => {
  const resource = resourceOf(watching.resources, uri)?.resource;
  if (!resource) return undefined;
  let stopped = false;
  let stop: (() => void) | undefined;
  const begin = async (): Promise<void> => {
    if (!resource.watch) return;
    const operations = await watching.operations();
    if (!stopped) stop = resource.watch(operations, uri, changed);
  };
  const started = begin();
  // Whoever does not wait for the start still finds its failure in the log.
  started.catch((error: unknown) => watching.log.warn(`watch ${uri}: ${error instanceof Error ? error.message : String(error)}`));
  return {
    started,
    stop: () => {
      stopped = true;
      stop?.();
      stop = undefined;
    },
  };
};
