import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { healthTool } from './health.ts';

const { data } = reader(healthTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('of all systems, and of one that is not there', async () => {
    expect(await replies.reply('vivint_health')).toMatchSnapshot();
    expect(await replies.reply('vivint_health', { system: 'Office' })).toMatchSnapshot();
  });
});

test('health counts yes, no and silence apart', async () => {
  const reply = await data();
  expect(reply).toMatchObject({
    devices: 10,
    online: 6,
    offline: 1,
    online_unknown: 3,
    battery_low: 2,
    battery_ok: 3,
    battery_unknown: 5,
    tampered: 1,
  });
  expect(rowsOf(reply).map(([id, , , problem]) => [id, problem])).toEqual([
    ['12', 'battery low, tampered'],
    ['31', 'offline, battery very low'],
  ]);
});
