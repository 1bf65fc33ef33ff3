import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

// Looks now and then whether its parent is still there: even a killed parent leaves no loop behind.
const loop = `const parent = process.ppid;
for (;;) {
  const until = Date.now() + 100;
  while (Date.now() < until);
  if (process.ppid !== parent) process.exit();
}`;

/**
 * Keeps every core busy, with one process for each, until the returned function is called.
 *
 * @returns {() => Promise<void>}
 */
export function busyCores(count = availableParallelism()) {
  const children = Array.from({ length: count }, () => spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }));
  const gone = Promise.all(children.map((child) => once(child, 'exit')));
  const stop = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', stop);
  return async () => {
    process.off('exit', stop);
    stop();
    await gone;
  };
}
