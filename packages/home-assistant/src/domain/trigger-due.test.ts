import { expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { dueOf } from './trigger-due.ts';

const nowMs = Date.parse('2026-11-25T15:45:00Z');
const home = await fakeHome([
  {
    name: 'Sun',
    state: stateNow('sun.sun', 'below_horizon', { next_rising: '2026-11-26T07:00:00+00:00', next_setting: '2026-11-26T15:30:00+00:00' }),
  },
  { name: 'Wake', state: stateNow('input_datetime.wake', '06:30:00', { has_time: true, has_date: false }) },
  { name: 'Alarm', state: stateNow('sensor.alarm', '2026-11-27T05:00:00+00:00') },
]).home(new AbortController().signal);
const due = (trigger: Record<string, unknown>): readonly string[] => {
  const { next, last } = dueOf(trigger, home, { nowMs, timeZone: 'Europe/Berlin' });
  return [next, last].map((moment) => (moment ? `${moment.about ? '~' : ''}${new Date(moment.atMs).toISOString().slice(0, 16)}` : '-'));
};

test('sunset and sunrise from the sun, with offsets on both sides of now', () => {
  expect(due({ trigger: 'sun', event: 'sunset' })).toEqual(['2026-11-26T15:30', '~2026-11-25T15:30']);
  expect(due({ platform: 'sun', event: 'sunrise', offset: '-00:30:00' })).toEqual(['2026-11-26T06:30', '~2026-11-25T06:30']);
  // An hour after today's sunset is still to come, although the sun tells of tomorrow's.
  expect(due({ trigger: 'sun', event: 'sunset', offset: { hours: 1 } })).toEqual(['~2026-11-25T16:30', '~2026-11-24T16:30']);
  expect(due({ trigger: 'sun', event: 'sunset', offset: '{{ x }}' })).toEqual(['-', '-']);
});

test('the clock of the home, its weekdays, and entities that hold a time', () => {
  expect(due({ trigger: 'time', at: '18:00' })).toEqual(['2026-11-25T17:00', '2026-11-24T17:00']);
  expect(due({ trigger: 'time', at: ['03:00:00', '16:50'] })).toEqual(['2026-11-25T15:50', '2026-11-25T02:00']);
  // 2026-11-25 is a Wednesday.
  expect(due({ trigger: 'time', at: '18:00', weekday: ['mon'] })).toEqual(['2026-11-30T17:00', '2026-11-23T17:00']);
  expect(due({ trigger: 'time', at: 'input_datetime.wake' })).toEqual(['2026-11-26T05:30', '2026-11-25T05:30']);
  expect(due({ trigger: 'time', at: 'sensor.alarm' })).toEqual(['2026-11-27T05:00', '-']);
  expect(due({ trigger: 'time', at: '18:00', enabled: false })).toEqual(['-', '-']);
  expect(due({ trigger: 'state', entity_id: 'light.x' })).toEqual(['-', '-']);
});
