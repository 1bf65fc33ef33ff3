import { join } from 'node:path';
import { directories, type Environment, fileNameOf } from '../config/directories.ts';
import type { SettingsSchema } from '../config/setting.ts';
import { redactor } from '../security/redactor.ts';
import type { Closable, Runtime, RuntimeStorage, ServerDefinition } from './define-server.ts';
import { startLine } from './start-command.ts';

/** Where a profile of a server keeps things. Neither disk nor keychain is touched before something is asked of it. */
export const runtimeStorage = (serverName: string, profile: string, env: Environment): RuntimeStorage => ({
  profile,
  stateFolder: join(directories(env).state, fileNameOf('server', serverName)),
  credentials: async () => {
    const { openCredentialStore } = await import('../credentials/index.ts');
    return openCredentialStore({ serverName, profile, env });
  },
});

/** What commands other than `serve` hand to a server: the lowest level, and no log on the person's terminal. */
export const cliRuntime = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  profile: string,
  env: Environment,
): Runtime & { readonly storage: RuntimeStorage } => ({
  level: definition.levels[0] ?? '',
  log: () => undefined,
  keepSecret: (value) => redactor.keep(value),
  command: startLine(definition),
  storage: runtimeStorage(definition.name, profile, env),
});
