import { type Approval, createRuntime } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { door, fakeNow, fakePartition, fakeSystem, light } from '../../test/doubles/fake-vivint.ts';
import { bypassTool } from '../tools/bypass.ts';
import { createGuard } from './guard.ts';
import { createPolicy } from './policy.ts';

const { approvals } = createRuntime();
const approval = (): Approval => approvals.approve('token');

test('the arming that follows our own disarming is not slowed down, other commands and more of it are', () => {
  const partitions = [fakePartition(), fakePartition({ partitionId: 2 })];
  const house = { systems: [fakeSystem([light(50, 'Porch')], { partitions })], asOf: fakeNow, stream: 'live' as const };
  const guard = createGuard(createPolicy({ level: 'sensitive' }), { now: () => fakeNow, accepts: approvals.accepts });
  const arm =
    (to: 'stay' | 'disarmed', partitionId = 1) =>
    () =>
      guard.check({ kind: 'arm', systemId: 'home', partitionId, to }, approval(), house);
  const lighten = () => guard.check({ kind: 'switch', deviceId: '50', on: true }, undefined, house);
  const slowed = expect.objectContaining({ fields: expect.objectContaining({ code: 'rate_limited' }) });
  for (let i = 0; i < 19; i += 1) lighten();
  arm('disarmed')();
  expect(lighten).toThrow(slowed);
  expect(arm('stay', 2)).toThrow(slowed);
  for (let i = 0; i < 4; i += 1) arm('stay')();
  expect(arm('stay')).toThrow(slowed);
});

const systems = [fakeSystem([light(50, 'Porch'), door(12, 'Window', { bypass: 'manual' })])];
const house = { systems, asOf: fakeNow, stream: 'live' as const };
const endBypass = (level: string, deviceId: string) => () =>
  createGuard(createPolicy({ level, security: 'never' }), { now: () => fakeNow, accepts: approvals.accepts }).check(
    { kind: 'bypass', deviceId, bypassed: false },
    undefined,
    house,
  );

test('ending a bypass takes the level of its only tool, and no approval', () => {
  expect(bypassTool.level).toBe('sensitive');
  expect(endBypass('operate', '12')).toThrow(
    expect.objectContaining({ fields: expect.objectContaining({ what: 'Ending a bypass needs the level "sensitive".' }) }),
  );
  expect(endBypass('sensitive', '12')().device?.name).toBe('Window');
});

test('what does not fit a device is said in a whole sentence', () => {
  const what = '50 is a light: a bypass cannot be ended on this device.';
  expect(endBypass('sensitive', '50')).toThrow(expect.objectContaining({ fields: expect.objectContaining({ what }) }));
});

test('before a person is asked: level, setting, alarm and pace refuse, and looking counts nothing', () => {
  const act = { kind: 'bypass', deviceId: '12', bypassed: true } as const;
  const preview = (options: Parameters<typeof createPolicy>[0], state: 'disarmed' | 'alarm' = 'disarmed') => {
    const guard = createGuard(createPolicy(options), { now: () => fakeNow, accepts: approvals.accepts });
    const partitions = [fakePartition({ state })];
    const home = { ...house, systems: [fakeSystem([door(12, 'Window')], { partitions })] };
    return { guard, home, run: () => guard.preview(act, home) };
  };
  expect(preview({ level: 'operate' }).run).toThrow(/level/);
  expect(preview({ level: 'sensitive', security: 'never' }).run).toThrow('Bypassing was not done.');
  expect(preview({ level: 'sensitive' }, 'alarm').run).toThrow(/alarm/);
  const { guard, home, run } = preview({ level: 'sensitive' });
  expect(() => guard.preview(act, home, 6)).toThrow(/At most 6 such commands at once/);
  for (let i = 0; i < 9; i += 1) run();
  for (let i = 0; i < 6; i += 1) guard.check(act, approval(), home);
  expect(run).toThrow(/such commands/);
});

test('what could not be read just now is not acted on', () => {
  const gaps = [{ systemId: 'home', why: 'gone' }];
  const guard = createGuard(createPolicy({ level: 'sensitive' }), { now: () => fakeNow, accepts: approvals.accepts });
  expect(() => guard.check({ kind: 'switch', deviceId: '50', on: true }, undefined, { ...house, gaps })).toThrow(/could not be read/);
});
