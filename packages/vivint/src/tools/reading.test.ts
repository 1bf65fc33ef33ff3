import { describe, expect, test } from 'vitest';
import { door, fakeContext, fakeNow, fakePartition, fakeSystem, fakeVivint } from '../../test/doubles/fake-vivint.ts';
import { home, reader, rowsOf } from '../../test/doubles/reading-house.ts';
import { asOf } from '../format/times.ts';
import { changesTool } from './changes.ts';
import { eventsTool } from './events.ts';
import { healthTool } from './health.ts';
import { listDevicesTool } from './list-devices.ts';
import { statusTool } from './status.ts';
import { usersTool } from './users.ts';

/** What holds for several reading tools alike; the rest is beside each. */
describe('as_of goes back in as since', () => {
  const cabin = fakeSystem([door(10, 'Porch', { deviceId: 'cabin:10', systemId: 'cabin' })], {
    systemId: 'cabin',
    name: 'Cabin',
    timeZone: 'America/New_York',
    partitions: [],
  });
  const systems = [home, cabin];
  /** The span that vivint_changes asks for, given what an earlier reply said. */
  const spanAfter = async (reply: Record<string, unknown>, args: Record<string, unknown>): Promise<number> => {
    const fake = fakeVivint(systems);
    let asked = 0;
    const { context } = fakeContext({
      ...fake,
      clock: { ...fake.clock, now: () => fakeNow + 600_000 },
      events: async (span, signal) => {
        asked = span.startMs;
        return fake.events(span, signal);
      },
    });
    await changesTool.handler(changesTool.input.parse({ since: reply['as_of'], ...args }), context);
    return asked;
  };
  test.each([
    ['of all, then of the other zone', {}, { system: 'cabin' }],
    ['of the other zone, then of all', { system: 'cabin' }, {}],
    ['of the other zone, twice', { system: 'cabin' }, { system: 'cabin' }],
  ])('%s', async (_what, first, then) => {
    for (const tool of [statusTool, listDevicesTool, healthTool, usersTool, eventsTool])
      expect(await spanAfter(await reader(tool).data(first, { systems }), then)).toBe(fakeNow);
    expect(await spanAfter(await reader(changesTool).data({ since: '1h', ...first }, { systems }), then)).toBe(fakeNow);
  });
  test('in the zone of the system asked for, with its offset', async () => {
    const { data } = reader(statusTool);
    expect(await data({ system: 'cabin' }, { systems })).toMatchObject({ as_of: '2026-11-25T12:15-05:00' });
    expect(await data({}, { systems: [home, { ...cabin, timeZone: home.timeZone }] })).toMatchObject({ as_of: '2026-11-25T10:15' });
  });
});

test('times of a second home are those of the reply', async () => {
  const berlin = fakeSystem([{ ...door(11, 'Far door'), deviceId: 'far:11', systemId: 'far' }], {
    systemId: 'far',
    name: 'Far',
    timeZone: 'Europe/Berlin',
    partitions: [fakePartition({ systemId: 'far' })],
  });
  const both = { systems: [home, berlin] };
  const status = await reader(statusTool).data({}, both);
  expect(status['as_of']).toBe('2026-11-25T10:15-07:00');
  const house = { systems: both.systems, asOf: fakeNow + 45_000, stream: 'live' as const };
  expect(asOf(house, fakeNow)).toEqual({ as_of: '2026-11-25T10:15-07:00' });
  const listed = rowsOf(await reader(listDevicesTool).data({ class: 'sensor' }, both)).map((row) => row.at(-1));
  expect(new Set(listed)).toEqual(new Set(['2026-11-25T09:15']));
  expect(rowsOf(status).map((row) => row[3])).toEqual(['2026-11-25T08:15', '2026-11-25T08:15']);
});
