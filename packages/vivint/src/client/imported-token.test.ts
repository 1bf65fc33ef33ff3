import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf as failure } from '../../test/doubles/failure.ts';
import { type TestCloud, tempStorage, testCloud } from '../../test/doubles/test-cloud.ts';

const signal = new AbortController().signal;
let storage: Awaited<ReturnType<typeof tempStorage>>;
let cloud: TestCloud;
beforeEach(async () => {
  storage = await tempStorage();
  cloud = await testCloud({ storage });
});
afterEach(async () => {
  await cloud.close();
  await storage.remove();
});

const passwordsSent = (): number => cloud.simulator.requests.filter(({ what }) => what === 'POST /idp/api/submit').length;
const refreshes = () => cloud.simulator.tokens.refreshes.map(({ outcome }) => outcome);

describe('a token file of another program', () => {
  const file = async (content: unknown): Promise<string> => {
    const path = join(storage.stateFolder, '..', 'tokens.json');
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const issued = () => cloud.simulator.tokens.issue(cloud.simulator.account('sms'))['refresh_token'] as string;
  const withFile = (refreshTokenFile: string) => cloud.another({ account: 'sms', settings: { password: undefined, refreshTokenFile } });

  test('is taken over once; from then on the store has it', async () => {
    const path = await file({ refresh_token: issued(), username: 'Ana@example.test', saved_at: 1 });
    await withFile(path).house(signal);
    await withFile(path).house(signal);
    expect(refreshes()).toEqual(['rotated']);
    expect(passwordsSent()).toBe(0);
  });
  test.each(['store', 'memory'] as const)('is not lost when the first renewal fails, with tokens in %s', async (tokenStore) => {
    const path = await file(issued());
    const settings = { password: undefined, refreshTokenFile: path, tokenStore };
    const server = cloud.another({ account: 'sms', settings });
    cloud.simulator.faults.of.login.refuseConnections = true;
    expect((await failure(server.house(signal))).code).toBe('upstream_unavailable');
    cloud.simulator.faults.clear();
    expect((await server.house(signal)).systems.length).toBeGreaterThan(0);
    expect(refreshes()).toEqual(['rotated']);
  });
  test('that failed on the way is renewed by the next server', async () => {
    const path = await file(issued());
    cloud.simulator.faults.of.login.refuseConnections = true;
    await failure(withFile(path).house(signal));
    cloud.simulator.faults.clear();
    await withFile(path).house(signal);
    expect(refreshes()).toEqual(['rotated']);
  });
  test('of another user is refused, and nothing is sent', async () => {
    const path = await file({ refresh_token: issued(), username: 'ben@example.test' });
    expect(await failure(withFile(path).house(signal))).toMatchObject({
      code: 'auth_required',
      why: expect.stringContaining('another user'),
    });
    expect(refreshes()).toEqual([]);
  });
  test('that is used up is presented once', async () => {
    const token = issued();
    cloud.simulator.tokens.refresh(token);
    const path = await file(token);
    expect((await failure(withFile(path).house(signal))).why).toContain('VIVINT_REFRESH_TOKEN_FILE');
    await failure(withFile(path).house(signal));
    expect(refreshes().filter((outcome) => outcome === 'reused')).toHaveLength(1);
  });
  test('that is used up is presented once with tokens in memory too', async () => {
    const token = issued();
    cloud.simulator.tokens.refresh(token);
    const settings = { password: undefined, refreshTokenFile: await file(token), tokenStore: 'memory' as const };
    const server = cloud.another({ account: 'sms', settings });
    await failure(server.house(signal));
    await failure(server.house(signal));
    expect(refreshes().filter((outcome) => outcome === 'reused')).toHaveLength(1);
  });
});
