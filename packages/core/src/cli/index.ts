export type { CommandContext } from './command-context.ts';
export { commandNames, runCli } from './run-cli.ts';
