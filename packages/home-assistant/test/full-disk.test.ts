import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bin, startFaultyHome } from './faulty-home.ts';

const run = promisify(execFile);

/** The system's own limit on the size of files stands in for a full disk: a write is cut short or refused in the same way, and no rights are needed. */
const blocks = 2;
const limited = ['sh', '-c', `ulimit -S -f ${blocks}; echo $$ > "$SWITCHYARD_TEST_FOLDER/pid"; exec "$0" "$@"`];
/** Lifting the limit of a running process needs Linux; there a missing prlimit is a failure, not a reason to leave the test out. */
const isLinux = process.platform === 'linux';

const lamp = 'light.kitchen_lights';
const toggle = { action: 'toggle', targets: [lamp] };

type Home = Awaited<ReturnType<typeof startFaultyHome>>;

/** Writes until the trail has no room left, and sees that the refused write was not sent. @returns the refusal. */
const fill = async (home: Home): Promise<Awaited<ReturnType<Home['failure']>> | undefined> => {
  for (let call = 0; call < 20; call += 1) {
    const before = home.simulator.getState(lamp)?.['state'];
    home.mark();
    const result = await home.call('ha_control', toggle);
    if (!result.isError) continue;
    expect(home.sent('call_service')).toBe(0);
    expect(home.simulator.getState(lamp)?.['state']).toBe(before);
    return { text: result.content[0]?.text ?? '', error: (result.structuredContent as { error: Record<string, unknown> }).error };
  }
  return undefined;
};

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  test('a write without a trail does not happen, and reads go on', async () => {
    const home = await startFaultyHome({ through: limited });
    try {
      const refused = await fill(home);
      expect(refused?.error).toMatchObject({ sideEffects: 'none' });
      expect(refused?.text).toMatch(/audit log could not be written\..*Nothing was changed/s);
      expect(refused?.text).toMatch(/Free disk space/);
      expect(await home.data('ha_get', { ids: [lamp] })).toHaveProperty('rows');
    } finally {
      await home.close();
    }
  });

  test.skipIf(!isLinux)('space ends it: writes happen again, and the trail is whole from there on', async () => {
    const home = await startFaultyHome({ through: limited });
    try {
      expect(await fill(home)).toBeDefined();
      const pid = (await readFile(join(home.folder, 'pid'), 'utf8')).trim();
      await run('prlimit', ['--pid', pid, '--fsize=unlimited']);
      home.mark();
      expect(await home.data('ha_control', toggle)).toMatchObject({ done: 1 });
      expect(home.sent('call_service')).toBe(1);
      const trails = (await readdir(home.folder, { recursive: true })).filter((name) => name.endsWith('.jsonl'));
      const lines = (await readFile(join(home.folder, trails[0] ?? ''), 'utf8')).trim().split('\n');
      // The line that was cut short stands alone; what came after it is whole again.
      expect(JSON.parse(JSON.parse(lines.at(-1) ?? '{}').entry)).toMatchObject({ phase: 'outcome', outcome: 'reply' });
    } finally {
      await home.close();
    }
  });

  test('stored credentials stay as they were, and the command says why', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-full-'));
    try {
      const secret = 'canary-stored-5d1c';
      const file = join(folder, 'switchyard', 'home-assistant', 'default.cred');
      const stored = {
        format: 'switchyard-credentials',
        version: 1,
        key: { kind: 'plain' },
        values: { token: secret, other: 'x'.repeat(2000) },
      };
      await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
      await writeFile(file, JSON.stringify(stored), { mode: 0o600 });
      const env = { ...process.env, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder };
      const logout = [bin, 'logout', '--plain'];
      const failed = spawnSync('sh', ['-c', 'ulimit -S -f 0; exec "$0" "$@"', process.execPath, ...logout], { env, encoding: 'utf8' });
      expect(failed.status).not.toBe(0);
      expect(failed.stderr).toMatch(/could not be written\. They are what they were before\..*disk is full/);
      expect(failed.stderr + failed.stdout).not.toContain(secret);
      expect(await readFile(file, 'utf8')).toBe(JSON.stringify(stored));
      const done = spawnSync(process.execPath, logout, { env, encoding: 'utf8' });
      expect([done.status, done.stderr]).toEqual([0, expect.stringContaining('Forgot')]);
      expect(await readFile(file, 'utf8')).not.toContain(secret);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
