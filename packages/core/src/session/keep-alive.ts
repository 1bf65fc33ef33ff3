import type { Clock } from '../time/clock.ts';

export interface KeepAliveOptions {
  readonly clock: Pick<Clock, 'now' | 'wait'>;
  readonly everyMs: number;
  /** After this long without use it pauses until the next use. */
  readonly idleMs: number;
  /** Runs every `everyMs` while in use. Its failure is left to the next use, which meets it too. */
  readonly ping: (signal: AbortSignal) => Promise<unknown>;
  /** Runs beside it, from the first use until the signal fires. */
  readonly alongside?: (signal: AbortSignal) => Promise<void>;
  /** It has paused or was closed. */
  readonly onPause?: () => void;
}

/** Keeps a session, or what is known of a system, fresh while somebody uses it, and asks nothing of the system otherwise. */
export interface KeepAlive {
  /** Notes a use, and starts what does not run. */
  touch(): void;
  /** It does not pause until the returned function is called. Does not start it. */
  hold(): () => void;
  close(): Promise<void>;
}

export const createKeepAlive = ({ clock, everyMs, idleMs, ping, alongside, onPause }: KeepAliveOptions): KeepAlive => {
  let lastUse = clock.now();
  let holds = 0;
  let running: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;
  let closed = false;

  const pinging = async (stop: AbortController): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.wait(everyMs, stop.signal);
      if (stop.signal.aborted) return;
      if (holds === 0 && clock.now() - lastUse > idleMs) return stop.abort();
      await ping(stop.signal).catch(() => undefined);
    }
  };

  const start = (): void => {
    if (running !== undefined || closed) return;
    const stop = new AbortController();
    const ended = Promise.allSettled([pinging(stop), alongside?.(stop.signal)]).then(() => {
      onPause?.();
      running = undefined;
    });
    running = { stop, ended };
  };

  return {
    touch: () => {
      lastUse = clock.now();
      start();
    },
    hold: () => {
      holds += 1;
      lastUse = clock.now();
      let held = true;
      return () => {
        if (held) holds -= 1;
        held = false;
      };
    },
    close: async () => {
      closed = true;
      running?.stop.abort();
      await running?.ended;
    },
  };
};
