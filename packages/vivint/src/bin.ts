#!/usr/bin/env node
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`This server needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// From Node 22.1 on: a start reads compiled code. It must run before the program is imported.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();
const { main } = await import('./main.ts');
await main();
