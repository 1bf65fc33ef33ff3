import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { credentialPath } from '../../src/credentials/open-credential-store.ts';
import { bundle } from '../../src/fixtures/bundle.ts';

/**
 * The real keychain of Linux: GNOME Keyring behind the Secret Service, in a D-Bus session and a home folder of its own
 * (`apt install gnome-keyring dbus`). SWITCHYARD_LIVE_KEYCHAIN=1 asks for it: then it is not skipped where it is missing.
 */
const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
const there = has('gnome-keyring-daemon') && has('dbus-run-session');
const asked = process.env['SWITCHYARD_LIVE_KEYCHAIN'] === '1';

let home = '';
// The binding to the keychain is native and found from the package's own folder.
const script = join(import.meta.dirname, '../../dist', `keychain-process-${process.pid}.mjs`);
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'sy-keychain-'));
  await bundle(new URL('../../src/credentials/fixtures/keychain-process.ts', import.meta.url), script);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  rmSync(script, { force: true });
});

const env = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  XDG_RUNTIME_DIR: home,
  SWITCHYARD_STATE_DIR: home,
  NODE: process.execPath,
  SCRIPT: script,
});
/** Runs acts one after the other, each a process of its own, in one session with an unlocked keyring. */
const session = (...acts: readonly string[]): readonly { readonly result?: unknown; readonly failed?: unknown }[] => {
  const unlock = "printf 'a passphrase' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";
  const lines = acts.map((act) => `"$NODE" "$SCRIPT" ${act}`);
  const out = execFileSync('dbus-run-session', ['--', 'sh', '-c', [unlock, ...lines].join('\n')], {
    env: env(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  });
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};

test.skipIf(!there && !asked)('the keychain keeps the key over processes and sessions, through a rotation', () => {
  expect(session('set canary-7f3a', 'get')).toEqual([{ result: null }, { result: 'canary-7f3a' }]);
  const path = credentialPath('keychain-test', 'default', env());
  const before = readFileSync(path, 'utf8');
  expect(JSON.parse(before)).toMatchObject({ key: { kind: 'keychain' } });
  expect(before).not.toContain('canary-7f3a');
  expect(session('get', 'rotate', 'get')).toEqual([{ result: 'canary-7f3a' }, { result: 1 }, { result: 'canary-7f3a' }]);
  expect(JSON.parse(readFileSync(path, 'utf8')).key.id).not.toBe(JSON.parse(before).key.id);
});

test.skipIf(!there && !asked)('a key that somebody removed is an error that says how to mend it, and the file stays', () => {
  const [, , read] = session('set canary-7f3a', 'forget-key', 'get');
  expect(read?.failed).toMatchObject({ code: 'auth_required', what: expect.stringContaining('no longer in the keychain') });
  expect(readFileSync(credentialPath('keychain-test', 'default', env()), 'utf8')).toContain('keychain');
});
