import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { door, fakeNow, fakePartition, fakeSystem, lock } from '../../test/doubles/fake-vivint.ts';
import { reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { statusTool } from './status.ts';

const { data, refusal } = reader(statusTool);

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('of all systems, of one, and of none', async () => {
    expect(await replies.reply('vivint_status')).toMatchSnapshot();
    expect(await replies.reply('vivint_status', { system: 'Cabin' })).toMatchSnapshot();
    expect(await replies.reply('vivint_status', { system: 'cabn' })).toMatchSnapshot();
  });
});

test('armed or not, since when, by whom, ready, and what is open', async () => {
  expect(await data()).toMatchObject({
    as_of: '2026-11-25T10:15',
    rows: [['home', 1, 'disarmed', '2026-11-25T08:15', 'Ana', 'yes']],
    open: ['12 Back door: open, bypassed', '31 Shed: unlocked', '40 Garage: open'],
    bypassed: ['12 Back door: open, bypassed'],
  });
});

test('not ready says why; unknown stays unknown; who is asked of the history', async () => {
  const open = fakeSystem([door(10, 'Front door', { active: true })], { partitions: [fakePartition({ readyToArm: false })] });
  expect(rowsOf(await data({}, { systems: [open] }))[0]?.slice(5)).toEqual(['no', '10 Front door is open']);
  const closed = fakeSystem([], { partitions: [fakePartition({ readyToArm: false })] });
  expect(rowsOf(await data({}, { systems: [closed] }))[0]?.[6]).toBe('the panel does not say why');
  const { by: _by, since: _since, readyToArm: _ready, ...bare } = fakePartition();
  const silent = fakeSystem([], { partitions: [bare] });
  expect(rowsOf(await data({}, { systems: [silent], armedBy: 'Ben' }))[0]?.slice(3)).toEqual(['unknown', 'Ben', 'unknown']);
  expect(rowsOf(await data({}, { systems: [silent] }))[0]?.[4]).toBe('unknown');
});

test('an old picture says how old it is and why', async () => {
  const stale = { since: fakeNow - 7 * 60_000, why: 'Vivint answered 503' };
  expect((await data({}, { stale }))['stale']).toMatch(/^7m old: Vivint answered 503\. /);
});

test('what could not be read is said, and the reason of old data ends once', async () => {
  const reply = await data({}, { stale: { since: fakeNow - 60_000, why: 'It failed.' } });
  expect(reply['stale']).toBe('1m old: It failed. It may be otherwise now');
});

test('an unknown system is an error with the known ones', async () => {
  expect(await refusal({ system: 'cabn' })).toMatchObject({ code: 'not_found', didYouMean: ['home'] });
});

test('what is surely open comes before what is unknown, and all of it', async () => {
  const { locked: _locked, ...silent } = lock(30, 'Silent');
  const many = Array.from({ length: 20 }, (_, index) => door(100 + index, `Door ${index}`, { active: true }));
  const { open } = (await data({}, { systems: [fakeSystem([silent, ...many])] })) as { open: string[] };
  expect(open).toHaveLength(21);
  expect(open.at(-1)).toBe('30 Silent: unknown');
});
