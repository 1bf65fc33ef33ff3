import { setTimeout as delay } from 'node:timers/promises';

const readAgainMs = 500;

/** Reads again and again until what is read is as asked, or the time is over. @returns what was read last, and whether it is so. */
export const untilShown = async <T>(
  read: () => Promise<T>,
  asAsked: (seen: T) => boolean,
  { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal },
): Promise<{ readonly met: boolean; readonly last: T }> => {
  const until = performance.now() + waitMs;
  while (true) {
    const last = await read();
    if (asAsked(last)) return { met: true, last };
    if (performance.now() + readAgainMs > until) return { met: false, last };
    await delay(readAgainMs, undefined, { signal });
  }
};
