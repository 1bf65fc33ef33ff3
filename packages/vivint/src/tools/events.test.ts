import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partlyKnown } from '../../test/doubles/event-lists.ts';
import { reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { eventsTool } from './events.ts';

const { data, refusal } = reader(eventsTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a day, a topic of one system, a page, and a span nobody understands', async () => {
    expect(await replies.reply('vivint_events')).toMatchSnapshot();
    expect(await replies.reply('vivint_events', { since: '7d', topic: 'arming', system: 'Home' })).toMatchSnapshot();
    expect(await replies.reply('vivint_events', { since: '3d', limit: 2 })).toMatchSnapshot();
    expect(await replies.reply('vivint_events', { since: 'the other day' })).toMatchSnapshot();
  });
});

test('newest first, with source, and what may be missing', async () => {
  const reply = await data({}, { events: partlyKnown });
  expect(reply).toMatchObject({ total: 4, coverage: { complete: false, missing: 'the history could not be read' } });
  expect(rowsOf(reply)[0]).toEqual(['2026-11-25T10:05', 'motion', '15', 'Hall', 'motion', '', 'live']);
});

test('a topic, a device', async () => {
  expect(rowsOf(await data({ topic: 'motion' }, { events: partlyKnown }))).toHaveLength(1);
  expect(rowsOf(await data({ device: '30' }, { events: partlyKnown })).map(([, kind]) => kind)).toEqual(['unlocked']);
  expect((await refusal({ device: 'Front door' }, { events: partlyKnown })).code).toBe('ambiguous');
});

test('since yesterday goes on until now', async () => {
  expect(await data({ since: 'yesterday' })).toMatchObject({ coverage: { to: '2026-11-25T10:15' } });
});

test('a span nobody understands is refused', async () => {
  expect((await refusal({ since: 'the other day' })).code).toBe('invalid_input');
});
