import { vi } from 'vitest';
import { runSeed } from './run-seed.ts';

/** Mulberry32: small, fast and good enough for jitter and names of folders. */
const seededRandom = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

// Vitest's setup, once for each test file: jitter and whatever else asks Math.random comes out the same in every run.
Math.random = seededRandom(runSeed());

/** How long a test waits for an event that surely comes: far longer than a busy machine takes. */
const ceilingMs = 60_000;

// Vitest's own ceiling of a second fails on a busy machine. Who waits for something that may not come gives a limit.
const { waitFor } = vi;
vi.waitFor = (check, options = {}) =>
  waitFor(check, { timeout: ceilingMs, ...(typeof options === 'number' ? { timeout: options } : options) });
