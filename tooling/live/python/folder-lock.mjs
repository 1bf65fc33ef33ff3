import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Takes a lock folder, waiting for whoever has it. Two test runs may start at once, and pip twice in one folder would break it.
 * The lock names the processes that work under it; when all of them are dead it is void. `addWorker` names one more: a pip whose parent
 * was killed still writes, and has to be waited for.
 *
 * @returns {Promise<{addWorker: (pid: number) => Promise<void>, release: () => Promise<void>}>}
 */
export async function lockFolder(path, log) {
  const owners = join(path, 'pids');
  const addWorker = (pid) => appendFile(owners, `${pid}\n`);
  await mkdir(dirname(path), { recursive: true });
  for (let waits = 0; ; waits += 1) {
    try {
      await mkdir(path);
      await addWorker(process.pid);
      return { addWorker, release: () => rm(path, { recursive: true, force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await isVoid(owners, waits)) {
      await rm(path, { recursive: true, force: true });
    } else {
      if (waits === 0) log(`Another process works in the same folder; waiting for it (${path})`);
      await sleep(1000);
    }
  }
}

async function isVoid(owners, waits) {
  const text = await readFile(owners, 'utf8').catch(() => '');
  const pids = text.split('\n').filter(Boolean).map(Number);
  // Between mkdir and the first line there is a moment without an owner: give it a few seconds.
  return pids.length === 0 ? waits > 5 : !pids.some(isAlive);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
