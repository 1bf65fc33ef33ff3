import { runCli } from '@switchyard-mcp/core/cli';
import { startDemo } from './demo.ts';
import { vivintServer } from './server.ts';

/** The command line of this server. */
export const main = (): Promise<void> => runCli({ ...vivintServer, demo: startDemo }, process.argv.slice(2), import.meta.dirname);
