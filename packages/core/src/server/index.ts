export { createServer, createServerFactory, type LibraryOptions, type ServerFactory, type ServerOptions } from './create-server.ts';
export { type PreparedServer, type PrepareOptions, prepareServer } from './prepare.ts';
export { runStdio, stderrLog } from './serve-stdio.ts';
