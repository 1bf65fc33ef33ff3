import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partlyKnown } from '../../test/doubles/event-lists.ts';
import { event } from '../../test/doubles/fake-vivint.ts';
import { reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { changesTool } from './changes.ts';

const { data, refusal } = reader(changesTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('since days ago, as a page, and since a moment to come', async () => {
    expect(await replies.reply('vivint_changes', { since: '3d' })).toMatchSnapshot();
    expect(await replies.reply('vivint_changes', { since: '3d', system: 'Home', limit: 1 })).toMatchSnapshot();
    expect(await replies.reply('vivint_changes', { since: 'tomorrow' })).toMatchSnapshot();
  });
});

test('since yesterday goes on until now', async () => {
  expect(await data({ since: 'yesterday' })).toMatchObject({ coverage: { to: '2026-11-25T10:15' } });
});

test('a moment to come is refused', async () => {
  expect((await refusal({ since: 'tomorrow' })).code).toBe('invalid_input');
});

test('net changes: how it was, is, how often, who', async () => {
  // The front door was unlocked and is locked again: no change. The shed still is unlocked.
  const shed = event(90, { kind: 'unlocked', deviceId: '31', subject: 'Shed', by: 'Cem', before: 'locked' });
  const reply = await data({ since: '3h' }, { events: { ...partlyKnown, events: [shed, ...partlyKnown.events] } });
  expect(rowsOf(reply)).toEqual([
    ['15', 'Hall', 'unknown', 'motion', 1, '2026-11-25T10:05', '', 'live'],
    ['10', 'Front door', 'unknown', 'closed', 2, '2026-11-25T09:55', '', 'live'],
    ['31', 'Shed', 'locked', 'unlocked', 1, '2026-11-25T08:45', 'Cem', 'history'],
  ]);
});
