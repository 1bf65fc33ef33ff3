import type { LoadOptions } from '../config/load-settings.ts';
import { loadSettings } from '../config/load-settings.ts';
import { createReferenceResolver } from '../config/references.ts';
import { kindOf } from '../config/schema-kind.ts';
import type { LoadedSettings, SettingProblem, SettingsOf, SettingsSchema } from '../config/setting.ts';
import { refuse, type ToolError } from '../errors/tool-error.ts';
import type { LogLine } from '../runtime/log.ts';
import { createRuntime, type HostRuntime } from '../runtime/runtime.ts';
import type { Secrets } from '../security/redactor.ts';
import type { StartFacts } from '../tool/call-gate.ts';
import { allSettings } from './common-settings.ts';
import type { Closable, ServerDefinition } from './define-server.ts';
import { runtimeStorage } from './runtime-storage.ts';
import { startLine } from './start-command.ts';
import { switchedOnIn } from './switched-on.ts';

/** A server with its settings read, and nothing connected. */
export interface PreparedServer<Operations> {
  readonly level: string;
  readonly runtime: HostRuntime;
  readonly toolsets: readonly string[];
  /** Settings that are switched on, for tools that depend on one. */
  readonly switchedOn: readonly string[];
  readonly startedWith: StartFacts;
  readonly deadlineMs: number;
  readonly audit: boolean;
  readonly loaded: LoadedSettings<SettingsSchema>;
  /** Builds the operations; secrets that nothing else sets are looked up in the credential store here, not before. */
  readonly connect: () => Promise<Operations>;
}

export interface PrepareOptions extends Pick<LoadOptions, 'argv' | 'env' | 'otherFlags' | 'secrets'> {
  /** Where log lines go. */
  readonly writeLog: (line: LogLine) => void;
  /** Settings that stand above all sources, such as those of a demo. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

interface StoreAccess {
  readonly env: LoadOptions['env'];
  readonly secrets: Secrets;
  readonly warn?: (message: string) => void;
}

/** Looks into the credential store only when it is asked, since opening it may wake a keychain. */
export const secretFromStore =
  (serverName: string, { env, secrets, warn }: StoreAccess): NonNullable<LoadOptions['storeLookup']> =>
  async (setting, profile) => {
    const { credentialPath, openCredentialStore } = await import('../credentials/open-credential-store.ts');
    const { existsSync } = await import('node:fs');
    if (!existsSync(credentialPath(serverName, profile, env))) return undefined;
    return openCredentialStore({ serverName, profile, env, secrets, ...(warn ? { warn } : {}) }).get(setting);
  };

/** What a server needs no sooner than at its first call. A switch decides what is listed, so it is read at once. */
const neededLater = (settings: SettingsSchema): readonly string[] =>
  Object.entries(settings).flatMap(([key, { schema }]) => (kindOf(schema) === 'boolean' ? [] : [key]));

const secretVariables = (settings: SettingsSchema, { sources }: LoadedSettings<SettingsSchema>): readonly string[] =>
  Object.entries(settings).flatMap(([key, { secret }]) => {
    const source = sources[key];
    return secret && source?.from === 'environment' && source.name !== undefined ? [source.name] : [];
  });

/** The first problem whose cure is known tells it, in the place of the usual advice. */
const wrongSettings = (problems: readonly SettingProblem[], usual: string, tells: string): ToolError => {
  const fix = problems.find((problem) => problem.fix !== undefined)?.fix;
  return refuse('invalid_input', 'The settings of this server are wrong.', {
    why: problems
      .slice(0, 5)
      .map(({ where, problem }) => `${where}: ${problem}`)
      .join('; '),
    next: [fix ?? usual, tells],
  });
};

/** Reads a server's settings. A bad or missing one does not stop it: each call then says how to mend it. */
export const prepareServer = async <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  options: PrepareOptions,
): Promise<PreparedServer<Operations>> => {
  const schema = allSettings(definition);
  const base = {
    serverName: definition.name,
    argv: options.argv,
    env: options.env,
    secrets: options.secrets,
    otherFlags: options.otherFlags ?? {},
  };
  // There is no log before its settings are read.
  const warnings: string[] = [];
  const early = (message: string): void => void warnings.push(message);
  const loaded = await loadSettings(schema, { ...base, defer: neededLater(definition.settings), warn: early });
  const values = { ...loaded.values, ...options.overrides } as Record<string, unknown>;
  const level = values['readOnly'] === true ? definition.levels[0] : values['level'];
  const inForce = typeof level === 'string' ? level : (definition.levels[0] ?? '');
  const { problems } = loaded;
  const command = startLine(definition);
  const { secrets, writeLog } = options;
  const storage = runtimeStorage(definition.name, { profile: loaded.profile, env: options.env, secrets });
  const runtime = createRuntime({ level: inForce, command, storage, secrets, writeLog });
  const { warn } = runtime.log;
  for (const warning of warnings) warn(warning);
  for (const { where, problem, fix } of problems) runtime.log.error(`config: ${where}: ${problem}${fix ? ` ${fix}` : ''}`);
  const missing = (from: Record<string, unknown>): boolean =>
    Object.entries(definition.settings).some(([key, setting]) => setting.secret && from[key] === undefined);
  const storeLookup = secretFromStore(definition.name, { env: options.env, secrets, warn });
  const references = createReferenceResolver({ env: options.env, secrets, storeLookup, warn });
  const connect = async (): Promise<Operations> => {
    const tells = `${command} doctor tells which source each value came from.`;
    if (problems.length > 0) throw wrongSettings(problems, 'Correct the settings and start the server again.', tells);
    // What is put in by the caller, as a demo does, needs no source of its own.
    const deferred = loaded.deferred.filter((key) => !Object.hasOwn(options.overrides ?? {}, key));
    if (!missing(values) && deferred.length === 0) return definition.connect(values as SettingsOf<S>, runtime);
    const again = await loadSettings(schema, { ...base, storeLookup, references, warn });
    // A locked keychain or vault may be open at the next call.
    if (again.problems.length > 0) throw wrongSettings(again.problems, 'Correct it, then call again.', tells);
    return definition.connect({ ...again.values, ...options.overrides } as SettingsOf<S>, runtime);
  };
  const deadline = values['deadlineSeconds'];
  return {
    level: inForce,
    runtime,
    toolsets: (values['toolsets'] as readonly string[] | undefined) ?? definition.toolsets.map((set) => set.id),
    switchedOn: switchedOnIn(values),
    startedWith: { readOnly: values['readOnly'] === true, secretVariables: secretVariables(definition.settings, loaded) },
    deadlineMs: (typeof deadline === 'number' ? deadline : 45) * 1000,
    audit: values['audit'] !== 'off',
    loaded,
    connect,
  };
};
