import { type Clock, isToolError, type Log, type RuntimeStorage, type Secrets, ToolError } from '@switchyard-mcp/core';
import { InvalidGrantError } from '@switchyard-mcp/core/credentials';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { type Cooldown, createCooldown } from './cooldown.ts';
import { type LoginOptions, refreshLogin, startLogin } from './login.ts';
import { createTokenImport } from './token-import.ts';
import { memoryVault, type Stored, skewMs, storeVault, type TokenVault } from './token-vault.ts';
import type { TokenSet } from './tokens.ts';

export interface SessionOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Absent: tokens live in memory. */
  readonly storage: RuntimeStorage | undefined;
  /** Where it is kept that a login led nowhere, also when the tokens are in memory. */
  readonly cooldownStorage: RuntimeStorage | undefined;
  readonly loginUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly refreshTokenFile?: string | undefined;
  /** "npx -y @switchyard-mcp/vivint". */
  readonly command: string;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** The login of one profile. */
export interface Session {
  /** An access token and its generation; `refused` is one that the API did not take. */
  token(refused?: number): Promise<Stored>;
  /** Why the login lives in memory only, when the credential store did not take it. */
  readonly notKept: string | undefined;
}

const minuteMs = 60_000;

const loginCommand = ({ command, storage }: SessionOptions): string =>
  `${command} login${storage && storage.profile !== 'default' ? ` --profile ${storage.profile}` : ''}`;

const loginNeeded = (options: SessionOptions, why: string): ToolError =>
  new ToolError({
    code: 'auth_required',
    what: 'This server is not logged in to Vivint',
    why,
    next: [`run \`${loginCommand(options)}\` in a terminal; it asks for the password and for a code if Vivint wants one.`],
    retryable: false,
    sideEffects: 'none',
  });

const codeNeeded = (options: SessionOptions): ToolError =>
  new ToolError({
    code: 'auth_required',
    what: 'Vivint wants a one-time code, which only a person can give',
    why: 'The account has a second factor.',
    next: [`run \`${loginCommand(options)}\` in a terminal and type the code there; it is asked once.`],
    retryable: false,
    sideEffects: 'none',
  });

const coolingDown = (options: SessionOptions, { until, why }: { until: number; why: string }, now: number): ToolError =>
  new ToolError({
    code: 'auth_required',
    what: `Automatic re-login failed; no other is tried for ${Math.ceil((until - now) / minuteMs)} min`,
    why,
    next: [`run \`${loginCommand(options)}\` in a terminal.`],
    retryable: false,
    sideEffects: 'none',
  });

const httpOptionsOf = ({ http, clock, loginUrl }: SessionOptions): LoginOptions => ({
  http,
  loginUrl,
  now: () => clock.now(),
  signal: AbortSignal.timeout(30_000),
});

/** One password, once. `without` says why the stored login does not do. Whatever comes of it, the next is a long time away unless a person logs in. */
const passwordLogin = async (options: SessionOptions, cooldown: Cooldown, without: string): Promise<TokenSet> => {
  const { username, password, clock } = options;
  if (username === undefined || password === undefined)
    throw loginNeeded(options, username === undefined ? without : `${without} No password is set to log in anew.`);
  const waits = await cooldown.active(clock.now());
  if (waits !== undefined) throw coolingDown(options, waits, clock.now());
  await cooldown.begin(clock.now(), 'The login was broken off.');
  let passwordWent = false;
  try {
    const onPassword = (): void => {
      passwordWent = true;
    };
    const step = await startLogin({ username, password }, { ...httpOptionsOf(options), onPassword });
    if (step.kind === 'code') {
      await cooldown.explain('Vivint wanted a one-time code.');
      throw codeNeeded(options);
    }
    await cooldown.clear();
    return step.tokens;
  } catch (error) {
    if (isToolError(error) && error.fields.code !== 'auth_required') {
      // A cloud that is away before it gets the password is asked again soon. One that has it counts each, whatever it answers.
      const soon =
        !passwordWent && ['upstream_unavailable', 'timeout', 'cancelled'].includes(error.fields.code) ? clock.now() + minuteMs : undefined;
      await cooldown.explain([error.fields.what, error.fields.why].filter(Boolean).join(': '), soon);
    }
    throw error;
  }
};

const isDead = (error: unknown): boolean =>
  error instanceof InvalidGrantError ||
  (isToolError(error) && (error.fields.code === 'auth_required' || error.fields.code === 'auth_failed'));

/** Why a login that was there is lost: core knows of a renewal that was broken off. */
const lossOf = (error: unknown): string =>
  (isToolError(error) ? error.fields.why : undefined) ?? 'Vivint no longer accepts the stored login: it has ended or was revoked.';

/** Whoever asks for a token has sent nothing of its own yet, so nothing can have happened to the home. */
const harmless = (error: unknown): unknown =>
  isToolError(error) && error.fields.sideEffects === 'unknown'
    ? new ToolError({ ...error.fields, sideEffects: 'none' }, { cause: error })
    : error;

/** Makes the session of one profile; nothing is read or sent before a token is asked for. */
export const createSession = (options: SessionOptions): Session => {
  const { clock } = options;
  const vaultOptions = {
    refresh: (tokens: TokenSet) => refreshLogin(tokens, httpOptionsOf(options)),
    now: () => clock.now(),
    log: options.log.warn,
  };
  const cooldown = createCooldown(options.cooldownStorage, [options.username, options.loginUrl]);
  let opening: Promise<TokenVault> | undefined;
  const open = (): Promise<TokenVault> => {
    opening ??= (async () =>
      options.storage === undefined ? memoryVault(vaultOptions) : storeVault(await options.storage.credentials(), vaultOptions))();
    return opening;
  };
  let notKept: string | undefined;
  /** A login that the store does not take is better kept in memory than lost: Vivint blocks those who log in often. */
  const keep = async (vault: TokenVault, tokens: TokenSet): Promise<Stored> => {
    try {
      return await vault.save(tokens);
    } catch (error) {
      if (!isToolError(error)) throw error;
      notKept = [error.fields.what, error.fields.why, ...(error.fields.next ?? [])].filter(Boolean).join(' ');
      options.log.warn(`the login is kept in memory only: ${notKept}`);
      const memory = memoryVault(vaultOptions);
      opening = Promise.resolve(memory);
      return memory.save(tokens);
    }
  };

  const imports = createTokenImport(options);
  /** A generation whose refresh token is known to be dead: it is not presented again. */
  let deadGeneration = -1;
  let loss: string | undefined;

  const isAlive = async (stored: Stored | undefined): Promise<boolean> =>
    stored !== undefined && stored.generation > deadGeneration && !(await imports.isDead(stored));

  /** Renews the token of the file as any other: what fails on the way is tried again, what is dead is not. */
  const importLogin = async (vault: TokenVault): Promise<Stored | undefined> => {
    const imported = await imports.take(vault);
    if (imported === undefined) return undefined;
    try {
      return await vault.live();
    } catch (error) {
      if (!isDead(error)) throw error;
      deadGeneration = imported.generation;
      loss = 'Vivint does not accept the token of VIVINT_REFRESH_TOKEN_FILE: it has ended, was revoked or was used before.';
      await imports.bury(imported);
      return undefined;
    }
  };

  const newLogin = (vault: TokenVault): Promise<Stored> =>
    vault.alone(async () => {
      // Another process may have logged in while we waited.
      const stored = await vault.peek();
      if (await isAlive(stored)) return vault.live();
      const imported = await importLogin(vault);
      if (imported !== undefined) return imported;
      const without = stored === undefined && loss === undefined ? 'No login is stored.' : (loss ?? lossOf(undefined));
      return keep(vault, await passwordLogin(options, cooldown, without));
    });

  /** Opening the store for every request would cost more than the request. */
  let current: Stored | undefined;
  const isGood = (stored: Stored): boolean => stored.tokens.expiresAt - skewMs > clock.now();
  const obtain = async (refused: number | undefined): Promise<Stored> => {
    const vault = await open();
    if (!(await isAlive(await vault.peek()))) return newLogin(vault);
    try {
      return await vault.live(refused);
    } catch (error) {
      if (!isDead(error)) throw error;
      const dead = await vault.peek();
      deadGeneration = Math.max(deadGeneration, dead?.generation ?? 0);
      loss = lossOf(error);
      if (dead !== undefined) await imports.bury(dead);
      return newLogin(vault);
    }
  };

  return {
    get notKept() {
      return notKept;
    },
    token: async (refused) => {
      if (current !== undefined && refused === undefined && isGood(current)) return current;
      try {
        current = await obtain(refused);
      } catch (error) {
        throw harmless(error);
      }
      loss = undefined;
      return current;
    },
  };
};
