import { expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { entitiesMeant } from '../domain/entity-refs.ts';
import type { Entity } from '../domain/model.ts';
import { stateSeries, statisticSeries } from './history-series.ts';

const hour = 3_600_000;
const startMs = Date.parse('2026-11-24T00:00:00+01:00');
const frame = { span: { startMs, endMs: startMs + 4 * hour }, timeZone: 'Europe/Berlin', points: 0 };
const things = [
  { name: 'Bedroom', state: stateNow('sensor.bedroom', '20', { unit_of_measurement: '°C' }) },
  { name: 'Front door', state: stateNow('binary_sensor.door', 'off') },
];
const entityOf = async (id: string): Promise<Entity> => {
  const [entity] = await entitiesMeant(fakeHome(things), [id], { most: 1, signal: AbortSignal.timeout(60_000) });
  if (!entity) throw new Error(`no ${id}`);
  return entity;
};

test('times of which nothing is known are gaps of a chart, in numbers and in words', async () => {
  const at = (index: number, state: string) => ({ atMs: startMs + index * hour, state });
  const numbers = stateSeries(await entityOf('sensor.bedroom'), [at(0, '20.5'), at(1, 'unavailable'), at(2, '21')], frame);
  expect(numbers?.chart).toMatchObject({ kind: 'numbers', unit: '°C', points: [{ value: 20.5 }, { value: undefined }, { value: 21 }] });
  const words = stateSeries(await entityOf('binary_sensor.door'), [at(0, 'off'), at(1, 'unknown'), at(2, 'on')], frame);
  expect(words?.chart).toMatchObject({ kind: 'states', points: [{ state: 'off' }, { state: undefined }, { state: 'on' }] });
});

test('statistics are drawn with their periods: means with lowest and highest, meters as totals', () => {
  const period = (index: number) => ({ startMs: startMs + index * hour, endMs: startMs + (index + 1) * hour });
  const means = statisticSeries(
    { name: 'A' },
    [
      { ...period(0), mean: 5, min: 1, max: 9 },
      { ...period(1), mean: 6 },
    ],
    { period: 'hour', frame },
  );
  expect(means?.chart).toMatchObject({
    kind: 'means',
    periods: [
      { ...period(0), value: 5, low: 1, high: 9 },
      { ...period(1), value: 6, low: 6, high: 6 },
    ],
  });
  const totals = statisticSeries(
    { name: 'B' },
    [
      { ...period(0), sum: 10 },
      { ...period(1), sum: 12.5 },
    ],
    { period: 'hour', frame },
  );
  expect(totals?.chart).toMatchObject({ kind: 'totals', periods: [{ ...period(1), value: 2.5 }] });
});
