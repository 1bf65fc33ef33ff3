export { type CommandContext, commandNames, runCli } from './run-cli.ts';
