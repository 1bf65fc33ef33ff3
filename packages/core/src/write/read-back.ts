import { isToolError } from '../errors/tool-error.ts';

/**
 * Reads once what became of a write that was answered; undefined when it cannot be read. The write is done all the same, so
 * its reply must say "not read back": the error of the read would say that nothing was changed.
 */
export const readBack = async <T>(read: () => Promise<T>, signal: AbortSignal): Promise<{ readonly seen: T } | undefined> => {
  try {
    return { seen: await read() };
  } catch (error) {
    // Anything else is a fault of this program, and known as one.
    if (isToolError(error) || signal.aborted) return undefined;
    throw error;
  }
};
