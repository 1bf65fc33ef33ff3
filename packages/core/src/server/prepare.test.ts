import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCredentialStore } from '../credentials/index.ts';
import { isToolError } from '../errors/tool-error.ts';
import { Redactor } from '../security/redactor.ts';
import { createLamp, toyServer } from './fixtures/toy-server.ts';
import { prepareServer } from './prepare.ts';

let home = '';
let env: Record<string, string> = {};
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sy-prepare-'));
  env = { SWITCHYARD_CONFIG_DIR: home, SWITCHYARD_STATE_DIR: home, TOY_URL: 'http://lamp.example' };
});
afterEach(() => rm(home, { recursive: true, force: true }));

const prepare = async () => {
  const got: unknown[] = [];
  const definition = {
    ...toyServer,
    connect: (settings: { readonly token: string | undefined }) => {
      got.push(settings.token);
      return createLamp();
    },
  };
  return { prepared: await prepareServer(definition, { argv: [], env, secrets: new Redactor(), writeLog: () => undefined }), got };
};
const store = (plain?: boolean) =>
  openCredentialStore({ serverName: 'toy', profile: 'default', env, secrets: new Redactor(), ...(plain ? { plain } : {}) });
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (isToolError(error) ? error.fields : error),
  );

test('what login --plain kept is found, stays plain when the server adds to it, and says so', async () => {
  await store(true).set('token', 'canary-plain-1');
  const { prepared, got } = await prepare();
  await prepared.connect();
  expect(got).toEqual(['canary-plain-1']);
  await store().set('renewed', 'canary-plain-2');
  expect(await readFile(join(home, 'toy/default.cred'), 'utf8')).toContain('canary-plain-2');
  expect(store().describe).toContain('not encrypted');
});

test('a store that cannot be opened is named at the call, and the next call finds it mended', async () => {
  env['SWITCHYARD_PASSPHRASE'] = 'right';
  await store().set('token', 'canary-sealed');
  const folder = join(home, 'toy/default.cred');
  await chmod(folder, 0o644);
  const { prepared, got } = await prepare();
  const failure = await failureOf(prepared.connect());
  expect(failure).toMatchObject({
    what: expect.stringContaining('settings'),
    next: [expect.stringMatching(/^Run: chmod 600 /), expect.any(String)],
  });
  expect(got).toEqual([]);
  await chmod(folder, 0o600);
  await prepared.connect();
  expect(got).toEqual(['canary-sealed']);
});

test('a wrong passphrase is not taken for a missing token', async () => {
  env['SWITCHYARD_PASSPHRASE'] = 'right';
  await store().set('token', 'canary-sealed');
  env['SWITCHYARD_PASSPHRASE'] = 'wrong';
  const { prepared } = await prepare();
  expect(await failureOf(prepared.connect())).toMatchObject({ why: expect.stringContaining('another key than this passphrase') });
});

test('references are followed at the first call, not at the start; one that failed is followed again', async () => {
  const file = join(home, 'token');
  env['TOY_TOKEN'] = `file:${file}`;
  const { prepared, got } = await prepare();
  expect(prepared.loaded).toMatchObject({ problems: [], deferred: ['token'] });
  expect(await failureOf(prepared.connect())).toMatchObject({ why: expect.stringContaining('does not exist') });
  await writeFile(file, 'canary-file', { mode: 0o600 });
  await prepared.connect();
  expect(got).toEqual(['canary-file']);
});

test('a reference into the store is followed too', async () => {
  await store(true).set('spare', 'canary-spare');
  env['TOY_TOKEN'] = 'store:default/spare';
  const { prepared, got } = await prepare();
  await prepared.connect();
  expect(got).toEqual(['canary-spare']);
});

test('what was started with is told: read-only, and the variables that give secrets', async () => {
  env = { ...env, TOY_TOKEN: 'canary-env-1', TOY_READ_ONLY: 'yes' };
  expect((await prepare()).prepared.startedWith).toEqual({ readOnly: true, secretVariables: ['TOY_TOKEN'] });
});
