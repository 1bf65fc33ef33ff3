import { execFile } from 'node:child_process';
import { startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { leaksOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerPlace, serverPlace } from './server-command.ts';

let simulator: VivintSimulator;
let place: ServerPlace;
beforeAll(async () => {
  place = await serverPlace();
  simulator = await startVivintSimulator();
});
afterAll(async () => {
  await simulator.close();
  await place.remove();
});

interface Report {
  readonly checks: readonly {
    readonly id: string;
    readonly status: string;
    readonly seen: string;
    readonly mend?: string;
    readonly detail?: unknown;
  }[];
  readonly problems: number;
}

const doctor = (...[args, more]: [args?: readonly string[], more?: Record<string, string>]): Promise<{ text: string; report: Report }> => {
  const {
    command,
    args: [bin = ''],
    env,
  } = place.command(simulator);
  return new Promise((resolve) => {
    execFile(
      command,
      [bin, 'doctor', '--json', ...(args ?? [])],
      { env: { ...process.env, ...env, ...more }, maxBuffer: 8e6 },
      (_error, stdout) => resolve({ text: stdout, report: JSON.parse(stdout) as Report }),
    );
  });
};

test('doctor --redacted makes a report that may be published: shapes and counts, no value and no name', async () => {
  const { text, report } = await doctor(['--redacted']);
  expect(report.problems).toBe(0);
  expect(report.checks.map(({ id }) => id)).toEqual([
    'runtime',
    'sources',
    'state',
    'login',
    'account',
    'system 1',
    'history',
    'system 2',
    'history',
    'stream',
  ]);
  const { username, password, channel, userId } = simulator.account('none');
  const systems = [...simulator.cloud.systems.values()];
  const names = systems.flatMap(({ nickname, data }) => [
    nickname,
    ...data.u.map((user) => String(user['n'])),
    ...data.par.flatMap(({ d }) => d.map((device) => String(device['n']))),
  ]);
  expect(leaksOf(text, [...simulator.secrets, username, password, channel, userId])).toEqual([]);
  // 14 digits: longer than any time or count in the report.
  for (const { data } of systems) expect(text).not.toContain(String(data.panid));
  // "Panel" and the like are words of ours too.
  for (const name of names.filter((one) => one.length > 6)) expect(text, name).not.toContain(name);
  // What it is for: the keys and types of every kind of device.
  const { detail } = report.checks.find(({ id }) => id === 'system 1') ?? {};
  expect(detail).toMatchObject({
    devices: { wireless_sensor: { count: expect.any(Number), shape: [{ ec: 'int', n: 'text', s: 'boolean' }] } },
    partition: [{ s: 'int' }],
  });
});

test('doctor names what is wrong, and how to mend it', async () => {
  const { report } = await doctor([], { VIVINT_PASSWORD: 'not-the-password', XDG_STATE_HOME: `${place.folder}/other` });
  expect(report.problems).toBe(1);
  expect(report.checks.find(({ status }) => status === 'problem')).toMatchObject({
    id: 'login',
    seen: expect.stringContaining('password is wrong'),
  });
  const bad = await doctor([], { VIVINT_API_URL: 'http://example.com' });
  expect(bad.report.checks.some(({ seen }) => seen.includes('https://'))).toBe(true);
});

test('entries of lists that match nothing are named, with what may have been meant', async () => {
  const more = { VIVINT_SYSTEMS: 'Hoem,*', VIVINT_DENY: 'lockk,camera,No such thing', XDG_STATE_HOME: `${place.folder}/lists` };
  const { report } = await doctor([], more);
  const wrong = report.checks.filter(({ status }) => status === 'problem');
  expect(wrong.map(({ id }) => id)).toEqual(['systems', 'deny', 'deny']);
  expect(wrong[0]?.seen).toMatch(/"hoem" matches nothing.*did you mean/);
  expect(wrong[1]).toMatchObject({
    seen: expect.stringMatching(/"lockk" matches nothing, so it hides nothing; did you mean lock/),
    mend: expect.stringContaining('VIVINT_DENY'),
  });
  expect((await doctor(['--redacted'], more)).report.checks.find(({ id }) => id === 'systems')?.seen).not.toContain('did you mean');
});

test('a login of another account than the user name set is told', async () => {
  const XDG_STATE_HOME = `${place.folder}/other-user`;
  await doctor([], { XDG_STATE_HOME });
  const { report } = await doctor([], { XDG_STATE_HOME, VIVINT_USERNAME: 'foo@example.com' });
  expect(report.checks.filter(({ status }) => status === 'problem')).toMatchObject([
    { id: 'username', seen: expect.stringContaining('another account') },
  ]);
});

test('an API address without its path is told as such', async () => {
  const { origin } = new URL(simulator.urls.api);
  const { report } = await doctor([], { VIVINT_API_URL: origin });
  expect(report.checks.find(({ status }) => status === 'problem')).toMatchObject({
    seen: expect.stringContaining('VIVINT_API_URL'),
    mend: expect.stringContaining('with its path'),
  });
});

test('a stored login that was ended is not called good first', async () => {
  const more = { XDG_STATE_HOME: `${place.folder}/fourth` };
  await doctor([], more);
  simulator.tokens.revoke(simulator.account('none').username);
  const { report } = await doctor([], { ...more, VIVINT_PASSWORD: '' });
  const ofLogin = report.checks.filter(({ id }) => id === 'login');
  expect(ofLogin).toMatchObject([{ status: 'problem', seen: expect.stringContaining('no longer accepts the stored login') }]);
});

test('without a key the login still works, and doctor says that it will not last', async () => {
  const { report } = await doctor([], { SWITCHYARD_KEY_FILE: `${place.folder}/no-such-key`, XDG_STATE_HOME: `${place.folder}/third` });
  expect(report.checks.find(({ id }) => id === 'store')).toMatchObject({
    status: 'problem',
    mend: expect.stringContaining('SWITCHYARD_KEY_FILE'),
  });
  expect(report.checks.find(({ id }) => id === 'account')?.status).toBe('ok');
});
