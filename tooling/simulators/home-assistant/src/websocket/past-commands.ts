import { history, type PastPoint } from '../home/history.ts';
import { logbook } from '../home/logbook.ts';
import { listStatistics, STATISTIC_PERIODS, statisticRows } from '../home/statistics.ts';
import { type Json, toList } from '../home/types.ts';
import { ENTITY_ID } from '../services/validate.ts';
import { pythonRepr } from '../template/values.ts';
import { type CommandContext, CommandError, type Commands, command, readTime } from './command.ts';

function span(message: Json): { from: number; to: number } {
  const from = readTime(message['start_time']);
  if (from === undefined) throw new CommandError('invalid_start_time', 'Invalid start_time');
  const to = message['end_time'] === undefined ? Date.now() : readTime(message['end_time']);
  if (to === undefined) throw new CommandError('invalid_end_time', 'Invalid end_time');
  return { from, to };
}

function writePoint(point: PastPoint, attributes: boolean): Json {
  return attributes ? { s: point.state, a: point.attributes, lu: point.at / 1000 } : { s: point.state, lu: point.at / 1000 };
}

function duringPeriod({ home }: CommandContext, message: Json): Json {
  const { from, to } = span(message);
  const ids = toList(message['entity_ids']);
  if (ids.some((id) => !ENTITY_ID.test(id))) throw new CommandError('invalid_entity_ids', 'Invalid entity_ids');
  const out: Json = {};
  for (const id of ids) {
    const points = history(home, id, from, to, message['include_start_time_state'] !== false);
    const bare = message['no_attributes'] === true;
    // Minimal answers keep the attributes of the first and the last row only.
    const full = (index: number): boolean => !bare && (message['minimal_response'] !== true || index === 0 || index === points.length - 1);
    if (points.length > 0) out[id] = points.map((point, index) => writePoint(point, full(index)));
  }
  return out;
}

function statistics({ home }: CommandContext, message: Json): Json {
  const { from, to } = span(message);
  const period = String(message['period']);
  if (!STATISTIC_PERIODS.includes(period)) {
    throw new CommandError(
      'invalid_format',
      `not a valid value for dictionary value @ data['period']. Got ${pythonRepr(message['period'])}`,
    );
  }
  const types = message['types'] === undefined ? ['change', 'last_reset', 'max', 'mean', 'min', 'state', 'sum'] : toList(message['types']);
  const out: Json = {};
  for (const id of toList(message['statistic_ids'])) {
    const rows = statisticRows(home, id, from, to, period, types);
    if (rows && rows.length > 0) out[id] = rows;
  }
  return out;
}

function onePeriod({ home }: CommandContext, message: Json): Json {
  const hours = 24;
  const rows =
    statisticRows(home, String(message['statistic_id']), Date.now() - hours * 3_600_000, Date.now(), 'hour', [
      'mean',
      'min',
      'max',
      'change',
    ]) ?? [];
  const pick = (key: string): number[] => rows.map((row) => row[key]).filter((value): value is number => typeof value === 'number');
  const mean = pick('mean');
  const change = pick('change');
  return {
    max: mean.length > 0 ? Math.max(...pick('max')) : null,
    mean: mean.length > 0 ? mean.reduce((sum, value) => sum + value, 0) / mean.length : null,
    min: mean.length > 0 ? Math.min(...pick('min')) : null,
    change: change.length > 0 ? change.reduce((sum, value) => sum + value, 0) : null,
  };
}

function logbookEvents({ home }: CommandContext, message: Json): Json[] {
  const { from, to } = span(message);
  const devices = new Set(toList(message['device_ids']));
  const ofDevices = [...home.registries.entities.values()]
    .filter((entry) => entry.device_id !== null && devices.has(entry.device_id))
    .map((entry) => entry.entity_id);
  const asked = message['entity_ids'] !== undefined || message['device_ids'] !== undefined;
  return logbook(home, asked ? [...toList(message['entity_ids']), ...ofDevices] : undefined, from, to);
}

/** History, statistics and the logbook. */
export const PAST_COMMANDS: Commands = {
  'history/history_during_period': command(
    'start_time! end_time entity_ids! include_start_time_state significant_changes_only minimal_response no_attributes',
    duringPeriod,
  ),
  'recorder/statistics_during_period': command('start_time! end_time statistic_ids! period! units types', statistics),
  'recorder/statistic_during_period': command('statistic_id! types units calendar fixed_period rolling_window', onePeriod),
  'recorder/list_statistic_ids': command('statistic_type', ({ home }) => listStatistics(home)),
  'recorder/get_statistics_metadata': command('statistic_ids', ({ home }, { statistic_ids }) => {
    const wanted = statistic_ids === undefined ? undefined : toList(statistic_ids);
    return listStatistics(home).filter((row) => wanted === undefined || wanted.includes(String(row['statistic_id'])));
  }),
  'logbook/get_events': command('start_time! end_time entity_ids device_ids context_id', logbookEvents),
};
