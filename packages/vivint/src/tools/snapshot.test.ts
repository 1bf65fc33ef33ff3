import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeNow } from '../../test/doubles/fake-vivint.ts';
import { reader } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { snapshotTool } from './snapshot.ts';

const { call, refusal } = reader(snapshotTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a picture, an older one, and a camera with privacy on', async () => {
    expect(await replies.reply('vivint_snapshot', { camera: 'Driveway' })).toMatchSnapshot();
    expect(await replies.reply('vivint_snapshot', { camera: 'Back Yard' })).toMatchSnapshot();
    expect(await replies.reply('vivint_snapshot', { camera: 'Nursery' })).toMatchSnapshot();
  });
});

test('come with their time; an older one says so', async () => {
  const { data: reply, images } = await call(
    { camera: 'Drive' },
    { picture: { bytes: Uint8Array.from([0xff, 0xd8, 0xff]), takenAt: fakeNow - 3_600_000, note: 'the camera is offline' } },
  );
  expect(reply).toMatchObject({ id: '70', taken: '2026-11-25T09:15', age: '1h', note: expect.stringContaining('older picture') });
  expect(images?.[0]?.mimeType).toBe('image/jpeg');
});

test('what is no picture, or no camera, is an error', async () => {
  const page = { bytes: Buffer.from('<html>'), takenAt: fakeNow };
  expect((await refusal({ camera: 'Drive' }, { picture: page })).code).toBe('upstream_error');
  expect((await refusal({ camera: '30' })).code).toBe('invalid_input');
  expect(await refusal({ camera: 'Drve' })).toMatchObject({
    code: 'not_found',
    didYouMean: [expect.stringContaining('70 Drive')],
  });
});
