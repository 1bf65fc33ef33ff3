import { type Approval, ConfirmationKeeper } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { fakeNow, fakePartition, fakeSystem, light } from '../tools/fake-vivint.ts';
import { createGuard } from './guard.ts';
import { createPolicy } from './policy.ts';

const approval = (): Approval => {
  const keeper = new ConfirmationKeeper();
  const subject = { tool: 't', args: {}, principal: 'p', state: 1 };
  return keeper.redeem(keeper.mint(subject), subject);
};

test('the arming that follows our own disarming is not slowed down, other commands and more of it are', () => {
  const partitions = [fakePartition(), fakePartition({ partitionId: 2 })];
  const house = { systems: [fakeSystem([light(50, 'Porch')], { partitions })], asOf: fakeNow, stream: 'live' as const };
  const guard = createGuard(createPolicy({ level: 'sensitive' }), () => fakeNow);
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
