import { loadProgram, type Program } from './load-program.ts';

/** What a bin starts: the program that the build put beside it. */
export interface Launch {
  /** The server's name, for its folder in the cache. */
  readonly name: string;
  /** The bin's own address, `import.meta.url`. */
  readonly bin: string;
}

/** Runs the program beside a bin, on Node that it can run on. */
export const launch = async ({ name, bin }: Launch): Promise<void> => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    process.stderr.write(`This server needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
    process.exit(1);
  }
  const program: Program = loadProgram(name, bin);
  await program.main();
};
