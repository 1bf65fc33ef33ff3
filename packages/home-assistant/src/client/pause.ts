/** Waits; an abort cuts it off, and neither keeps the process alive. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
