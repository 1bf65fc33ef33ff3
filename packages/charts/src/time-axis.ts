import { Temporal } from 'temporal-polyfill';
import type { TimeSpan } from './spec.ts';

type Zoned = Temporal.ZonedDateTime;

export interface TimeTick {
  readonly atMs: number;
  readonly label: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Steps of clock time, of days, and of months. */
const minuteSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];
const daySteps = [1, 2, 7, 14];
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 600, 1200];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const at = (ms: number, timeZone: string): Zoned => Temporal.Instant.fromEpochMilliseconds(Math.round(ms)).toZonedDateTimeISO(timeZone);
const two = (value: number): string => String(value).padStart(2, '0');
const clock = ({ hour, minute }: Zoned): string => `${two(hour)}:${two(minute)}`;
const date = ({ day, month }: Zoned): string => `${day} ${months[month - 1] ?? ''}`;
const offsetOf = ({ offset }: Zoned): string => `UTC${offset}`;

/** "Tue 24 Nov 2026, 03:20" */
const moment = (time: Zoned): string => `${weekdays[time.dayOfWeek - 1] ?? ''} ${date(time)} ${time.year}, ${clock(time)}`;

/** "Sat 24 Oct 2026, 12:00 – Mon 26 Oct 2026, 00:00" */
export const spanWords = ({ startMs, endMs }: TimeSpan, timeZone: string): string =>
  `${moment(at(startMs, timeZone))} – ${moment(at(endMs, timeZone))}`;

/** A change of the clocks inside the span. */
export interface ClockChange {
  readonly atMs: number;
  /** "clocks go back 60 min to 02:00" */
  readonly words: string;
}

export const clockChanges = ({ startMs, endMs }: TimeSpan, timeZone: string): readonly ClockChange[] => {
  const changes: ClockChange[] = [];
  let time: Zoned | null = at(startMs, timeZone);
  // More than a few cannot be drawn, and a span of decades has two a year.
  while (changes.length < 3) {
    const before: Zoned = time;
    time = time.getTimeZoneTransition('next');
    if (time === null || time.epochMilliseconds > endMs) return changes;
    const minutes = Math.round((time.offsetNanoseconds - at(time.epochMilliseconds - 1, timeZone).offsetNanoseconds) / 60e9);
    if (minutes !== 0)
      changes.push({
        atMs: time.epochMilliseconds,
        words: `clocks go ${minutes > 0 ? 'forward' : 'back'} ${Math.abs(minutes)} min to ${clock(time)} on ${date(time)}`,
      });
    if (time.epochMilliseconds <= before.epochMilliseconds) return changes;
  }
  return [];
};

/** "Time zone: Europe/Berlin (UTC+02:00, later UTC+01:00; clocks go back 60 min to 02:00 on 25 Oct)" */
export const zoneWords = (span: TimeSpan, timeZone: string): string => {
  const [first, last] = [offsetOf(at(span.startMs, timeZone)), offsetOf(at(span.endMs, timeZone))];
  const changes = clockChanges(span, timeZone).map(({ words }) => words);
  const offsets = first === last ? first : `${first}, later ${last}`;
  return `Time zone: ${timeZone} (${[offsets, ...changes].join('; ')})`;
};

/** The midnights from the day that holds a moment on, every `days` days. */
function* midnights(span: TimeSpan, timeZone: string, days: number): Generator<Zoned> {
  const first = at(span.startMs, timeZone).toPlainDate();
  // Weeks begin on Monday; other steps count from a fixed day, so that two charts agree.
  const epoch = Temporal.PlainDate.from('1969-12-29');
  const past = epoch.until(first, { largestUnit: 'days' }).days;
  let day = first.subtract({ days: ((past % days) + days) % days });
  for (let guard = 0; guard < 5000; guard += 1) {
    const time = day.toZonedDateTime({ timeZone });
    if (time.epochMilliseconds > span.endMs) return;
    yield time;
    day = day.add({ days });
  }
}

const clockTicks = (span: TimeSpan, timeZone: string, minutes: number): readonly TimeTick[] => {
  const ticks: TimeTick[] = [];
  for (const midnight of midnights(span, timeZone, 1)) {
    const next = midnight.add({ days: 1 }).epochMilliseconds;
    // Every real moment of the day whose clock is on the step: an hour that happens twice has its ticks twice, a skipped one has none.
    for (let ms = midnight.epochMilliseconds; ms < next; ms += Math.min(minutes, 30) * minuteMs) {
      if (ms < span.startMs || ms > span.endMs) continue;
      const time = at(ms, timeZone);
      if ((time.hour * 60 + time.minute) % minutes !== 0) continue;
      ticks.push({
        atMs: ms,
        label: ms === midnight.epochMilliseconds ? `${weekdays[time.dayOfWeek - 1] ?? ''} ${date(time)}` : clock(time),
      });
    }
  }
  return ticks;
};

const dayTicks = (span: TimeSpan, timeZone: string, days: number): readonly TimeTick[] =>
  [...midnights(span, timeZone, days)]
    .filter(({ epochMilliseconds }) => epochMilliseconds >= span.startMs)
    .map((time) => ({ atMs: time.epochMilliseconds, label: days === 7 ? `Mon ${date(time)}` : date(time) }));

const monthTicks = (span: TimeSpan, timeZone: string, step: number): readonly TimeTick[] => {
  const first = at(span.startMs, timeZone);
  const monthsSince = first.year * 12 + first.month - 1;
  const ticks: TimeTick[] = [];
  for (let month = Math.ceil(monthsSince / step) * step; ticks.length < 100; month += step) {
    const day = Temporal.PlainDate.from({ year: Math.floor(month / 12), month: (month % 12) + 1, day: 1 });
    const atMs = day.toZonedDateTime({ timeZone }).epochMilliseconds;
    if (atMs > span.endMs) break;
    if (atMs >= span.startMs) ticks.push({ atMs, label: step >= 12 ? String(day.year) : `${months[day.month - 1] ?? ''} ${day.year}` });
  }
  return ticks;
};

/** Round times of the zone, at most about `most`; midnights carry their date. */
export const timeTicks = (span: TimeSpan, timeZone: string, most: number): readonly TimeTick[] => {
  const length = Math.max(1, span.endMs - span.startMs);
  const minutes = minuteSteps.find((step) => length / (step * minuteMs) <= most);
  if (minutes !== undefined) return clockTicks(span, timeZone, minutes);
  const days = daySteps.find((step) => length / (step * dayMs) <= most);
  if (days !== undefined) return dayTicks(span, timeZone, days);
  const step = monthSteps.find((count) => length / (count * 30.4 * dayMs) <= most);
  return monthTicks(span, timeZone, step ?? 12_000);
};
