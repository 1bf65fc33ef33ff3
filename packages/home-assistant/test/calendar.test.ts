import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultyHome, startFaultyHome } from './faulty-home.ts';

/** Events are changed and deleted by commands of Core's own, through the built bin against the simulator. */
let home: FaultyHome;
const calendar = 'calendar.family';
const at = (days: number, hour: number): string =>
  new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + days * 86_400_000 + hour * 3_600_000)
    .toISOString()
    .replace('.000Z', '+00:00');
const event = { summary: 'Dentist', start: at(3, 10), end: at(3, 11), description: '', location: 'Main Street 1', rrule: null };

beforeAll(async () => {
  home = await startFaultyHome();
});
beforeEach(() => {
  home.simulator.home.calendars.set(calendar, [
    { ...event, uid: 'e1' },
    { ...event, uid: 'e2', summary: 'Choir' },
    { ...event, uid: 'e3', summary: 'Choir', start: at(10, 19), end: at(10, 21) },
  ]);
  home.simulator.faults.clear();
  home.mark();
});
afterAll(() => home.close());

const titles = (): unknown => home.simulator.home.calendars.get(calendar)?.map(({ uid, summary }) => `${uid} ${summary}`);
const update = (data: Record<string, unknown>) => ({ action: 'calendar.update_event', targets: [calendar], data });
const remove = (data: Record<string, unknown>) => ({ action: 'calendar.delete_event', targets: [calendar], data });

test('both are described like any other action', async () => {
  expect(JSON.stringify(await home.data('ha_describe_action', { domain: 'calendar' }))).toMatch(
    /update_event\(event\*.*delete_event\(event\*/,
  );
});

test('a new event is looked up in the calendar, and told with its uid; one like it that was there before is not taken for it', async () => {
  const data = { summary: 'Dentist', start_date_time: at(3, 10), end_date_time: at(3, 11) };
  const create = { action: 'calendar.create_event', targets: [calendar], data };
  const uidOf = async (): Promise<string> => {
    const reply = await home.data('ha_control', create);
    expect(reply).toMatchObject({ done: 1, failed: 0 });
    return /uid (\S+)$/.exec(String((reply['rows'] as string[][])[0]?.[3]))?.[1] ?? 'none';
  };
  const [first, second] = [await uidOf(), await uidOf()];
  const known = home.simulator.home.calendars.get(calendar)?.map(({ uid }) => uid) ?? [];
  expect(known.slice(-2)).toEqual([first, second]);
  expect(first).not.toBe(second);
});

test('an event is moved and renamed, and read back; what was not named stays', async () => {
  const reply = await home.data('ha_control', update({ event: 'dentist', summary: 'Dentist, late', start_date_time: at(4, 15) }));
  expect(reply).toMatchObject({
    done: 1,
    failed: 0,
    rows: [[calendar, expect.stringMatching(/^Dentist, /), expect.stringMatching(/^Dentist, late, /)]],
  });
  expect(home.simulator.home.calendars.get(calendar)?.[0]).toMatchObject({ summary: 'Dentist, late', location: 'Main Street 1' });
  expect(Date.parse(home.simulator.home.calendars.get(calendar)?.[0]?.end ?? '')).toBe(Date.parse(at(4, 16)));
  expect(home.sent('calendar/event/update')).toBe(1);
});

test('a location is cleared, and read back', async () => {
  expect(await home.data('ha_control', update({ event: 'Dentist', location: '' }))).toMatchObject({ done: 1, unchanged: 0 });
  expect(home.simulator.home.calendars.get(calendar)?.[0]?.location ?? '').toBe('');
});

test('an event that is so already is left alone', async () => {
  expect(await home.data('ha_control', update({ event: 'Dentist', location: 'Main Street 1' }))).toMatchObject({ done: 0, unchanged: 1 });
  expect(home.sent('calendar/event/update')).toBe(0);
});

test('deleting asks, naming the event; only the yes deletes it', async () => {
  const preview = await home.data('ha_control', remove({ event: 'Choir', on: at(10, 0).slice(0, 10) }));
  expect(JSON.stringify(preview['will'])).toMatch(/delete.*calendar\.family.*Choir/);
  expect(home.sent('calendar/event/delete')).toBe(0);
  const done = await home.data('ha_control', { ...remove({ event: 'Choir', on: at(10, 0).slice(0, 10) }), confirm: preview['confirm'] });
  expect(done).toMatchObject({ done: 1, rows: [[calendar, expect.stringContaining('Choir'), 'gone']] });
  expect(titles()).toEqual(['e1 Dentist', 'e2 Choir']);
});

test('an event that was changed after the preview is not deleted', async () => {
  const preview = await home.data('ha_control', remove({ event: 'Dentist' }));
  home.simulator.home.calendars.set(calendar, [{ ...event, uid: 'e1', location: 'Elsewhere' }]);
  expect((await home.failure('ha_control', { ...remove({ event: 'Dentist' }), confirm: preview['confirm'] })).error['code']).toMatch(
    /confirmation_required/,
  );
  expect(titles()).toEqual(['e1 Dentist']);
});

test.each([
  ['two of one title', update({ event: 'Choir', summary: 'x' }), 'ambiguous'],
  ['a title that is not there', remove({ event: 'Dentits' }), 'not_found'],
  ['a field that is none', update({ event: 'Dentist', begin: at(1, 1) }), 'invalid_input'],
  ['nothing to change', update({ event: 'Dentist' }), 'invalid_input'],
  ['no calendar', { action: 'calendar.delete_event', data: { event: 'Dentist' } }, 'invalid_input'],
  [
    'a calendar that cannot',
    { action: 'calendar.update_event', targets: ['calendar.holidays'], data: { event: 'Public holiday', summary: 'x' } },
    'unsupported',
  ],
])('%s: nothing is sent', async (_what, args, code) => {
  const { error } = await home.failure('ha_control', args);
  expect(error).toMatchObject({ code, sideEffects: 'none' });
  expect([home.sent('calendar/event/update'), home.sent('calendar/event/delete')]).toEqual([0, 0]);
});

test('an answer that never came is unknown, and nothing is sent again', async () => {
  home.simulator.faults.dropSocketAfterNext('calendar/event/update');
  const { error, text } = await home.failure('ha_control', update({ event: 'Dentist', summary: 'Dentist 2' }));
  expect(error).toMatchObject({ sideEffects: 'unknown' });
  expect(text).toMatch(/^Unknown/);
  expect(home.sent('calendar/event/update')).toBe(1);
});

test('a dry run tells what it would be', async () => {
  expect(JSON.stringify(await home.data('ha_control', { ...remove({ event: 'Dentist' }), dry_run: true }))).toMatch(
    /would_send.*Dentist.*gone/,
  );
  expect(home.sent('calendar/event/delete')).toBe(0);
});
