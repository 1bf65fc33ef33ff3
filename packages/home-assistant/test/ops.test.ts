import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InProcess, startInProcess } from './in-process.ts';

/** At the level read, ha_system and ha_integration show what they can show, and nothing below them does more. */
let home: InProcess;
beforeAll(async () => {
  home = await startInProcess({ level: 'read' });
});
afterAll(() => home.close());

test.each([
  ['ha_system', { op: 'updates' }],
  ['ha_system', { op: 'backups' }],
  ['ha_integration', { op: 'list' }],
])('%s %j needs only the level read, and leaves no line in the audit log', async (tool, args) => {
  const before = home.written();
  expect(await home.call(tool, args)).toBeTypeOf('object');
  expect(home.written()).toBe(before);
});

test.each([
  ['ha_system', { op: 'restart' }, 'ha_system op="restart" needs the level "admin"'],
  ['ha_system', { op: 'check_config' }, 'ha_system op="check_config" needs the level "configure"'],
  ['ha_integration', { op: 'remove', id: 'hue' }, 'ha_integration op="remove" needs the level "admin"'],
])('%s %j is refused by its op and level', async (tool, args, what) => {
  expect(await home.refusal(tool, args)).toContain(what);
});

test.each([
  ['restarting', () => home.operations.requireAskable('admin', 'Restarting Home Assistant')],
  ['an open flow', () => home.operations.flows.look('any', AbortSignal.timeout(5_000))],
  ['users', () => home.operations.system.users(AbortSignal.timeout(5_000))],
] as const)('below the tools the level read does not reach %s', async (_what, act) => {
  await expect((async () => act())()).rejects.toMatchObject({ fields: { code: 'permission_denied' } });
});
