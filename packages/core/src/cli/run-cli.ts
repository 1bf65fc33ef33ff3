import { config } from 'zod';
import type { SettingsSchema } from '../config/setting.ts';
import { Redactor } from '../security/redactor.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';
import { ownBin } from '../server/start-command.ts';
import type { CommandContext } from './command-context.ts';

// zod compiles a parser for each object at its first use. A start uses many once, so compiling costs more than it saves; it must be said
// before the first schema is made, and this is the first module of a program.
config({ jitless: true });

/** A command resolves to its exit code, or to undefined when the process stays to serve. */
type Command = <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
) => Promise<number | undefined>;

/** Each command loads only what it needs: serving must start fast. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  demo: async () => (await import('./serve.ts')).demo,
  login: async () => (await import('./login.ts')).login,
  logout: async () => (await import('./login.ts')).logout,
  auth: async () => (await import('./login.ts')).auth,
  audit: async () => (await import('./audit.ts')).audit,
  doctor: async () => (await import('./doctor.ts')).doctor,
  tools: async () => (await import('./tools.ts')).tools,
  call: async () => (await import('./call.ts')).call,
  install: async () => (await import('./install.ts')).install,
  'print-config': async () => (await import('./install.ts')).printConfig,
  help: async () => (await import('./help.ts')).help,
};

/** The commands' names, for help and near misses. */
export const commandNames = Object.keys(commands);

/** Watches whether what is printed gets out. A reader that has seen enough and went away is no failure. */
const watchOutput = (): (() => boolean) => {
  let lost = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    lost ||= error.code !== 'EPIPE';
  });
  return () => lost;
};

/** A pipe may still hold what was printed; the reader gets all of it before we go. Output that was lost is no success. */
const leave = (code: number, isLost: () => boolean): Promise<never> =>
  new Promise(() =>
    process.stdout.write('', () =>
      setImmediate(() => {
        if (isLost()) process.stderr.write('The output could not be written.\n');
        process.exit(isLost() ? code || 1 : code);
      }),
    ),
  );

/** The command line of every server. Without a command it serves. `folder` is where a built program lies. */
export const runCli = async <S extends SettingsSchema, Operations extends Closable>(
  given: ServerDefinition<S, Operations>,
  argv: readonly string[],
  folder?: string,
): Promise<void> => {
  const definition = { ...given, bin: ownBin(folder) };
  const env = process.env;
  const secrets = new Redactor();
  if (argv.includes('--version') || argv.includes('-v')) {
    process.stdout.write(`${definition.version}\n`);
    return;
  }
  const first = argv[0];
  const named = first !== undefined && !first.startsWith('-');
  const wanted = argv.includes('--help') || argv.includes('-h') ? 'help' : named ? first : 'serve';
  const load = Object.hasOwn(commands, wanted) ? commands[wanted] : undefined;
  if (!load) {
    const { nearMisses } = await import('../errors/near-miss.ts');
    const near = nearMisses(wanted, commandNames, 1)[0];
    process.stderr.write(
      `There is no command "${wanted.slice(0, 40)}"${near ? `; did you mean "${near}"?` : '.'} Commands: ${commandNames.join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  try {
    const command = await load();
    // What serves watches its own frames.
    const isLost = wanted === 'serve' || wanted === 'demo' ? () => false : watchOutput();
    const code = await command({ definition, argv: named ? argv.slice(1) : argv, env, secrets, folder });
    if (code !== undefined) await leave(code, isLost);
  } catch (error) {
    const { PromptCancelled } = await import('./ask.ts');
    if (error instanceof PromptCancelled) {
      process.stderr.write(`${error.fields.what}\n`);
      process.exit(error.exitCode);
    }
    const { renderError } = await import('../errors/render-error.ts');
    const log = { error: (message: string): void => void process.stderr.write(`${secrets.redact(message)}\n`) };
    process.stderr.write(`${secrets.redact(renderError(error, { log, secrets, writes: false }).text)}\n`);
    process.exit(1);
  }
};
