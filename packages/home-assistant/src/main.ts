import { runCli } from '@switchyard-mcp/core/cli';
import { ownProcess } from './client/spare-memory.ts';
import { startDemo } from './demo.ts';
import { homeAssistantServer } from './server.ts';

/** The command line of this server. */
export const main = (): Promise<void> => {
  ownProcess();
  return runCli({ ...homeAssistantServer, demo: startDemo }, process.argv.slice(2), import.meta.dirname);
};
