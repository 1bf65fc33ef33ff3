import { readFileSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { directories } from '../config/directories.ts';
import { compiledCode } from './compiled-code.ts';

export interface Program {
  main(): Promise<void>;
}

/** What is kept must hold what a serving start runs; a command that ends by itself runs something else, and may take its time. */
const serves = (word = 'serve'): boolean => word.startsWith('-') || word === 'serve' || word === 'demo';

/**
 * Loads `program.cjs`, which lies beside the bin. Reading and compiling it costs as much as all else of a start together, so the
 * compiled code is kept. Newer Nodes can do that by themselves, but keep only what was compiled before anything ran: a third of ours.
 * Without a folder to keep it in, a start is slower and no different.
 */
export const loadProgram = (name: string, bin: string): Program => {
  const require = module.createRequire(bin);
  const file = fileURLToPath(new URL('program.cjs', bin));
  if (process.env['NODE_DISABLE_COMPILE_CACHE']) return require(file) as Program;
  const code = compiledCode(join(directories().cache, 'compiled', name), file);
  // The build writes ASCII: read as such, the text needs no decoding.
  const text = `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`;
  const known = code.read();
  const script = new Script(text, { filename: file, ...(known ? { cachedData: known } : {}) });
  const wanted = { exports: {} };
  script.runInThisContext()(wanted.exports, require, wanted, file, dirname(file));
  if (serves(process.argv[2]) && (!known || script.cachedDataRejected)) code.keep(script);
  return wanted.exports as Program;
};
