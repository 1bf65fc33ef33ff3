import { runCli } from '@switchyard-mcp/core/cli';
import { homeAssistantServer } from './server.ts';

/** The command line of this server. */
export const main = (): Promise<void> => runCli(homeAssistantServer, process.argv.slice(2));
