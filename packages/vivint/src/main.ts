import { runCli } from '@switchyard-mcp/core/cli';
import { vivintServer } from './server.ts';

/** The command line of this server. */
export const main = (): Promise<void> => runCli(vivintServer, process.argv.slice(2));
