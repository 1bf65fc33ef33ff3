import { join } from 'node:path';
import { directories, type Environment, fileNameOf } from '../config/directories.ts';
import type { SettingsSchema } from '../config/setting.ts';
import { createRuntime, type HostRuntime, type RuntimeStorage } from '../runtime/runtime.ts';
import type { Secrets } from '../security/redactor.ts';
import type { Closable, ServerDefinition } from './define-server.ts';
import { startLine } from './start-command.ts';

export interface ProfilePlace {
  readonly profile: string;
  readonly env: Environment;
  readonly secrets: Secrets;
}

/** Where a profile of a server keeps things. Neither disk nor keychain is touched before something is asked of it. */
export const runtimeStorage = (serverName: string, { profile, env, secrets }: ProfilePlace): RuntimeStorage => ({
  profile,
  stateFolder: join(directories(env).state, fileNameOf('server', serverName)),
  credentials: async () => {
    const { openCredentialStore } = await import('../credentials/open-credential-store.ts');
    return openCredentialStore({ serverName, profile, env, secrets });
  },
});

/** What commands other than `serve` hand to a server: the lowest level, and no log on the person's terminal. */
export const cliRuntime = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  place: ProfilePlace,
): HostRuntime & { readonly storage: RuntimeStorage } => {
  const storage = runtimeStorage(definition.name, place);
  const level = definition.levels[0] ?? '';
  return { ...createRuntime({ level, command: startLine(definition), storage, secrets: place.secrets }), storage };
};
