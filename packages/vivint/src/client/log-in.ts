import { isToolError, type Runtime, refuse, type SettingsOf, ToolError, within } from '@switchyard-mcp/core';
import { type CredentialStore, saveTokens } from '@switchyard-mcp/core/credentials';
import { tokensKey } from '@switchyard-mcp/core/session';
import { usualUrls, type VivintSettings } from '../config.ts';
import { apiHoldOff, loginHoldOff } from './hold-offs.ts';
import { createHttpClients } from './http-clients.ts';
import { type LoginStep, plainCode, startLogin } from './login.ts';
import type { TokenSet } from './tokens.ts';

type Ask = (question: string, options?: { secret?: boolean; initial?: string }) => Promise<string>;

export interface LogInOptions {
  readonly ask: Ask;
  readonly settings: Partial<SettingsOf<VivintSettings>>;
  readonly runtime: Runtime;
  readonly say: (text: string) => void;
}

/** A mistyped code may be typed again; after three the cloud wants a new one anyway. */
const codeTries = 3;

const askCode = async (step: Extract<LoginStep, { kind: 'code' }>, { ask, say }: LogInOptions): Promise<TokenSet> => {
  const question = step.from === 'authenticator' ? 'Code of your authenticator app' : 'Code that Vivint sent by text message or e-mail';
  for (let tried = 1; ; tried += 1) {
    try {
      return await step.submit(plainCode(await ask(question, { secret: true })));
    } catch (error) {
      const again = isToolError(error) && (error.fields.code === 'auth_failed' || error.fields.code === 'invalid_input');
      if (!again || tried >= codeTries) throw error;
      say(`✘ ${error.fields.what}. ${error.fields.why ?? ''}`);
    }
  }
};

const emptyTries = 3;
const checkKey = 'login-check';

/** Nothing typed is a slip of the finger, and sent it would count as a wrong password. */
const askFor = async (question: string, options: Parameters<Ask>[1], { ask, say }: LogInOptions): Promise<string> => {
  for (let tried = 1; tried <= emptyTries; tried += 1) {
    const typed = await ask(question, options);
    if (typed !== '') return typed;
    say(`✘ ${question}: nothing was typed.`);
  }
  throw refuse('invalid_input', `${question}: nothing was typed.`, { next: ['Run login again.'] });
};

/** Password and code would be spent for nothing if the tokens could not be kept. @throws ToolError that says how to mend the store. */
const checkStore = async (store: CredentialStore): Promise<void> => {
  await store.set(checkKey, 'to be deleted');
  await store.delete(checkKey);
};

/** Asks a person for user name, password and code, and keeps the tokens. The password is not kept. */
export const logIn = async (options: LogInOptions): Promise<Partial<SettingsOf<VivintSettings>>> => {
  const { settings, runtime, say } = options;
  const { storage } = runtime;
  if (storage === undefined) throw new ToolError({ code: 'unsupported', what: 'There is nowhere to keep a login.' });
  const store = await storage.credentials();
  await checkStore(store);
  const initial = settings.username === undefined ? {} : { initial: settings.username };
  const username = await askFor('Vivint user name (e-mail)', initial, options);
  const password = await askFor('Password', { secret: true }, options);
  runtime.secrets.keep(password);
  const { login: http, apiUrl } = createHttpClients(settings);
  try {
    const { loginUrl } = settings;
    const { clock } = runtime;
    const tokens = await within({ clock, ms: 10 * 60_000 }, async ({ signal }) => {
      const step = await startLogin({ username, password }, { http, loginUrl, now: clock.now, signal });
      return step.kind === 'done' ? step.tokens : askCode(step, options);
    });
    await saveTokens(store, tokensKey, tokens);
    // A person has put it right: the server may try by itself again.
    await loginHoldOff(storage, { username, loginUrl }, runtime.clock).clear();
    await apiHoldOff(storage, apiUrl, runtime.clock).clear();
    say('✔ Vivint accepted the login.');
  } finally {
    await http.close();
  }
  // Only what differs from the usual is written into the profile.
  return {
    username,
    ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
    ...(settings.loginUrl !== undefined && settings.loginUrl !== usualUrls.login ? { loginUrl: settings.loginUrl } : {}),
    ...(settings.apiUrl !== undefined && settings.apiUrl !== usualUrls.api ? { apiUrl: settings.apiUrl } : {}),
    ...(settings.streamUrl !== undefined && settings.streamUrl !== usualUrls.stream ? { streamUrl: settings.streamUrl } : {}),
  };
};
