import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeSystem } from '../../test/doubles/fake-vivint.ts';
import { reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { usersTool } from './users.ts';

const { data } = reader(usersTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('of all systems, and of one that is not there', async () => {
    expect(await replies.reply('vivint_users')).toMatchSnapshot();
    expect(await replies.reply('vivint_users', { system: 'Office' })).toMatchSnapshot();
  });
});

test('roles and whether they have codes', async () => {
  const users = [
    { systemId: 'home', name: 'Ana', primary: true, admin: true, hasPins: true, remoteAccess: true, locks: ['Front door'] },
    { systemId: 'home', name: 'Cem', guest: true, locks: [] },
  ];
  expect(rowsOf(await data({}, { systems: [fakeSystem([], { users })] }))).toEqual([
    ['home', 'Ana', 'primary', 'yes', 'unknown', 'yes', 'Front door'],
    ['home', 'Cem', 'guest', 'unknown', 'unknown', 'unknown', ''],
  ]);
});
