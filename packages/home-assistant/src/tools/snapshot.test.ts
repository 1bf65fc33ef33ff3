import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeContext, fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { snapshotTool } from './snapshot.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a picture, and a light, which has none', async () => {
    expect(await replies.reply('ha_snapshot', { id: 'Front Garden' })).toMatchSnapshot();
    expect(await replies.reply('ha_snapshot', { id: 'light.kitchen_lights' })).toMatchSnapshot();
  });
});

const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
const things = [
  { name: 'Door', state: stateNow('camera.door', 'idle') },
  { name: 'Yard', state: stateNow('camera.yard', 'unavailable') },
  { name: 'Lamp', state: stateNow('light.lamp', 'on') },
];
const snap = (id: string, bytes: Uint8Array = jpeg, mimeType = 'image/jpeg') =>
  snapshotTool.handler({ id }, fakeContext(fakeHome(things, { image: async () => ({ mimeType, bytes }) })));
const code = (wanted: string) => ({ fields: { code: wanted, sideEffects: 'none' } });

test('a picture comes as it is, its kind told by its bytes', async () => {
  const { data, images } = await snap('door', jpeg, 'image/png');
  expect(data).toMatchObject({ id: 'camera.door', size_kb: 0 });
  expect(images).toEqual([{ mimeType: 'image/jpeg', data: Buffer.from(jpeg).toString('base64') }]);
});

test('what is no picture says why', async () => {
  await expect(snap('camera.yard')).rejects.toMatchObject(code('upstream_unavailable'));
  await expect(snap('light.lamp')).rejects.toMatchObject(code('invalid_input'));
  await expect(snap('camera.door', new Uint8Array())).rejects.toMatchObject(code('upstream_error'));
  await expect(snap('camera.door', Uint8Array.from([...jpeg, ...new Uint8Array(1_000_000)]))).rejects.toMatchObject({
    fields: { code: 'unsupported', what: expect.stringContaining('cannot make it smaller') },
  });
  await expect(snap('camera.door', Buffer.from('<svg/>'), 'image/svg+xml')).rejects.toMatchObject({
    fields: { code: 'unsupported', what: expect.stringContaining('image/svg+xml') },
  });
});
