import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Smaller heaps are left to V8. */
const largeHeapBytes = 150 * 1024 * 1024;
let collect: (() => void) | undefined;
let ours = false;

/** The process is this server and nothing else, so its garbage collection may be tuned. A library leaves its host's alone. */
export const ownProcess = (): void => {
  ours = true;
};

/**
 * Frees what reading a large home leaves behind. V8 by itself waits for limits of gigabytes on a machine with much memory,
 * and a process that needs 250 MB holds twice that for good.
 */
export const spareMemory = (): void => {
  if (!ours || process.memoryUsage().heapUsed < largeHeapBytes) return;
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
    // From now on it collects when a fifth has been added, not when the heap has doubled.
    setFlagsFromString('--heap-growing-percent=20');
  }
  collect();
};
