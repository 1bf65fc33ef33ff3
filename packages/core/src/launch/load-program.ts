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

/** What Node has since 22.1: it keeps compiled code by itself. */
interface WithCompileCache {
  enableCompileCache?(folder: string): unknown;
}

/** What is kept must hold what a serving start runs; a command that ends by itself runs something else, and may take its time. */
const serves = (word = 'serve'): boolean => word.startsWith('-') || word === 'serve' || word === 'demo';

/**
 * Loads `program.cjs`, which lies beside the bin. Reading and compiling it costs as much as all else of a start together, so the
 * compiled code is kept: by Node itself where it can, else by us. Without a folder to keep it in, a start is slower and no different.
 */
export const loadProgram = (name: string, bin: string): Program => {
  const require = module.createRequire(bin);
  const file = fileURLToPath(new URL('program.cjs', bin));
  const { NODE_COMPILE_CACHE: chosen, NODE_DISABLE_COMPILE_CACHE: off } = process.env;
  const folder = chosen || join(directories().cache, 'compiled', name);
  const node = module as WithCompileCache;
  if (node.enableCompileCache || off) {
    node.enableCompileCache?.(folder);
    return require(file) as Program;
  }
  const code = compiledCode(folder, file);
  // The build writes ASCII: read as such, the text needs no decoding.
  const text = `(function(exports,require,module,__filename,__dirname){${readFileSync(file, 'latin1')}\n})`;
  const known = code.read();
  const script = new Script(text, { filename: file, ...(known ? { cachedData: known } : {}) });
  const wanted = { exports: {} };
  script.runInThisContext()(wanted.exports, require, wanted, file, dirname(file));
  if (serves(process.argv[2]) && (!known || script.cachedDataRejected)) code.keep(script);
  return wanted.exports as Program;
};
