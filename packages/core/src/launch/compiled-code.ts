import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Script } from 'node:vm';

/** Installations that may keep their code side by side. */
const mostKept = 4;
/** Late enough that starting is over, early enough for a server that will be killed. */
const keepAfterMs = 3000;
const ending = '.code';

/** Code that V8 made of a program in an earlier start. */
export interface CompiledCode {
  /** Undefined when there is none, when it is damaged, or when somebody else could have written it. */
  read(): Buffer | undefined;
  /** Keeps it once the start is over, at the latest when the process ends. */
  keep(script: Script): void;
}

const isOurs = (handle: number): boolean => {
  if (!process.getuid) return true;
  const { uid, mode } = fstatSync(handle);
  return uid === process.getuid() && (mode & 0o022) === 0;
};

const digestOf = (code: Buffer): Buffer => createHash('sha256').update(code).digest();
const digestBytes = 32;

/** V8 believes what it is given, and a damaged file would end the process: what does not match its digest is not there. */
const intact = (kept: Buffer): Buffer | undefined => {
  const code = kept.subarray(digestBytes);
  return digestOf(code).equals(kept.subarray(0, digestBytes)) ? code : undefined;
};

const readIfOurs = (file: string): Buffer | undefined => {
  let handle: number | undefined;
  try {
    handle = openSync(file, 'r');
    return isOurs(handle) ? intact(readFileSync(handle)) : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
};

const removeOldest = (folder: string): void => {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  const dated = files.map((file) => ({ path: join(folder, file), at: statSync(join(folder, file)).mtimeMs }));
  for (const { path } of dated.sort((a, b) => b.at - a.at).slice(mostKept)) rmSync(path, { force: true });
};

/** Node's own recursive way never ends below a folder such as /proc, where nothing can be made. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder, { mode: 0o700 });
};

/** Whole or not at all: another start may read it at this moment. */
const write = (folder: string, file: string, code: Buffer): void => {
  makeFolder(folder);
  const path = join(folder, file);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, Buffer.concat([digestOf(code), code]), { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
  removeOldest(folder);
};

/** The compiled code of this very program file for this very Node; V8 refuses what does not fit its version and flags. */
export const compiledCode = (folder: string, program: string): CompiledCode => {
  const { size, mtimeMs } = statSync(program);
  const file = `${process.version}-${process.arch}-${size}-${Math.round(mtimeMs)}${ending}`;
  return {
    read: () => readIfOurs(join(folder, file)),
    keep: (script) => {
      let kept = false;
      const keep = (): void => {
        if (kept) return;
        kept = true;
        try {
          write(folder, file, script.createCachedData());
        } catch {
          // A folder that cannot be written: every start compiles.
        }
      };
      setTimeout(keep, keepAfterMs).unref();
      process.once('exit', keep);
    },
  };
};
