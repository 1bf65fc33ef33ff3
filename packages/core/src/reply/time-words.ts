import { refuse, type ToolError } from '../errors/tool-error.ts';

/** A stretch of time; both ends are epoch milliseconds. */
interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  let format = formats.get(timeZone);
  if (!format) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    try {
      format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', calendar: 'gregory', ...parts });
    } catch {
      // A zone this Node does not know: its times are better shown in UTC than not at all.
      format = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', hourCycle: 'h23', calendar: 'gregory', ...parts });
    }
    formats.set(timeZone, format);
  }
  return format;
};

/** The wall clock as if it were UTC. */
const wallMs = (ms: number, timeZone: string): number => {
  const values: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) values[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = values;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};
const offsetMs = (ms: number, timeZone: string): number => wallMs(ms, timeZone) - Math.floor(ms / 1000) * 1000;

/** A wall clock's moment: the earlier one of an hour that comes twice; one that is skipped moves on by the gap. */
const momentOf = (wall: number, timeZone: string): number => {
  const before = wall - offsetMs(wall - dayMs, timeZone);
  const after = wall - offsetMs(wall + dayMs, timeZone);
  const fits = [before, after].filter((ms) => wallMs(ms, timeZone) === wall);
  return fits.length > 0 ? Math.min(...fits) : before;
};

const pad = (value: number): string => String(value).padStart(2, '0');
const offsetWords = (ms: number): string => {
  const minutes = Math.round(Math.abs(ms) / minuteMs);
  return `${ms < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
};

/** "2026-11-25T01:02" on the wall clock of the zone; with its offset in an hour that comes twice. */
export const minuteTime = (ms: number, timeZone: string): string => {
  const text = new Date(wallMs(ms, timeZone)).toISOString().slice(0, 16);
  const offset = offsetMs(ms, timeZone);
  const twice = [ms - 3 * hourMs, ms + 3 * hourMs].some((near) => {
    const shift = offset - offsetMs(near, timeZone);
    return shift !== 0 && wallMs(ms + shift, timeZone) === wallMs(ms, timeZone);
  });
  return twice ? `${text}${offsetWords(offset)}` : text;
};

/** Midnight of the day of a moment, or of one some days away. */
const startOfDay = (ms: number, timeZone: string, days = 0): number => {
  const wall = wallMs(ms, timeZone);
  return momentOf(Math.floor(wall / dayMs) * dayMs + days * dayMs, timeZone);
};

/** Parts of a moment's wall clock. */
const wallClock = (
  ms: number,
  timeZone: string,
): { year: number; month: number; day: number; hour: number; minute: number; weekday: number } => {
  const wall = new Date(wallMs(ms, timeZone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth(),
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    weekday: (wall.getUTCDay() + 6) % 7,
  };
};

/** A span in its two largest units: "5h12m", "3d4h", "42s". */
export const durationWords = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours < 24) return rest === 0 ? `${hours}h` : `${hours}h${rest}m`;
  const all = Math.round(minutes / 60);
  return all % 24 === 0 ? `${all / 24}d` : `${Math.floor(all / 24)}d${all % 24}h`;
};

/** What a word means: a stretch of time, or a moment when both ends are the same. */
interface Meaning extends Span {
  /** "yesterday" as a start also says where it ends; "2026-11-01" says only since when. */
  readonly closed?: boolean;
}

const monthStart = (now: number, timeZone: string, months: number): number => {
  const wall = new Date(wallMs(now, timeZone));
  return momentOf(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() + months, 1), timeZone);
};

const calendarWord = (word: string, now: number, timeZone: string): Meaning | undefined => {
  const day = (from: number, to: number, closed = false): Meaning => ({
    startMs: startOfDay(now, timeZone, from),
    endMs: startOfDay(now, timeZone, to),
    ...(closed ? { closed } : {}),
  });
  const monday = -wallClock(now, timeZone).weekday;
  const yearStart = (years: number): number => momentOf(Date.UTC(new Date(wallMs(now, timeZone)).getUTCFullYear() + years, 0, 1), timeZone);
  switch (word) {
    case 'now':
      return { startMs: now, endMs: now };
    case 'today':
      return day(0, 1);
    case 'yesterday':
      return day(-1, 0, true);
    case 'tomorrow':
      return day(1, 2);
    case 'this week':
      return day(monday, monday + 7);
    case 'last week':
      return day(monday - 7, monday, true);
    case 'this month':
      return { startMs: monthStart(now, timeZone, 0), endMs: monthStart(now, timeZone, 1) };
    case 'last month':
      return { startMs: monthStart(now, timeZone, -1), endMs: monthStart(now, timeZone, 0), closed: true };
    case 'this year':
      return { startMs: yearStart(0), endMs: yearStart(1) };
    case 'last year':
      return { startMs: yearStart(-1), endMs: yearStart(0), closed: true };
    default:
      return undefined;
  }
};

const unitsMs: readonly (readonly [RegExp, number])[] = [
  [/^(m|mins?|minutes?)$/, minuteMs],
  [/^(h|hrs?|hours?)$/, hourMs],
  [/^(d|days?)$/, dayMs],
  [/^(w|weeks?)$/, 7 * dayMs],
  [/^(mo|months?)$/, 30 * dayMs],
  [/^(y|years?)$/, 365 * dayMs],
];

const agoWord = (word: string, now: number): Meaning | undefined => {
  const found = /^(?:-|(?:the )?(?:last|past) )?(\d+(?:\.\d+)?)? ?([a-z]+)(?: ago)?$/.exec(word);
  const unit = unitsMs.find(([pattern]) => pattern.test(found?.[2] ?? ''))?.[1];
  // "last hour" has no number; a bare "hour" means nothing.
  if (!found || unit === undefined || (found[1] === undefined && !/last|past/.test(word))) return undefined;
  const at = now - Number(found[1] ?? 1) * unit;
  return { startMs: at, endMs: at };
};

const isoWord = (text: string, now: number, timeZone: string): Meaning | undefined => {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (clock) {
    const midnight = Math.floor(wallMs(now, timeZone) / dayMs) * dayMs;
    const [hour, minute] = [Number(clock[1]), Number(clock[2])];
    if (hour > 23 || minute > 59) return undefined;
    const at = momentOf(midnight + hour * hourMs + minute * minuteMs, timeZone);
    return { startMs: at, endMs: at };
  }
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (!iso) return undefined;
  const [, date = '', time, zone] = iso;
  const wall = Date.parse(`${date}T${time ?? '00:00'}Z`);
  // Date.parse takes 30 February for 2 March on some engines.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== date) return undefined;
  if (zone) {
    const offset = /^z$/i.test(zone) ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2');
    const at = Date.parse(`${date}T${time ?? '00:00'}${offset}`);
    return Number.isNaN(at) ? undefined : { startMs: at, endMs: at };
  }
  const at = momentOf(wall, timeZone);
  return { startMs: at, endMs: time === undefined ? momentOf(wall + dayMs, timeZone) : at };
};

const invalid = (path: string, got: string, expected: string): ToolError =>
  refuse('invalid_input', 'The time span does not fit.', { issues: [{ path, got: got.slice(0, 60), expected }] });

const meaningOf = (path: string, text: string, now: number, timeZone: string): Meaning => {
  const word = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const meaning = calendarWord(word, now, timeZone) ?? agoWord(word, now) ?? isoWord(text.trim(), now, timeZone);
  if (!meaning) throw invalid(path, text, 'such as 24h, 7d, today, yesterday, this week, 2026-11-25 or 2026-11-25T08:00');
  return meaning;
};

/** A span of the past from words, in the home's zone. `end` defaults to now, or to the end of a closed word such as "yesterday". @throws ToolError invalid_input */
export const spanOf = (words: { start?: string | undefined; end?: string | undefined }, now: number, timeZone: string): Span => {
  const start = meaningOf('start', words.start ?? '24h', now, timeZone);
  const end = words.end === undefined ? undefined : meaningOf('end', words.end, now, timeZone);
  if (start.startMs >= now) throw invalid('start', words.start ?? '', `a time before now (${minuteTime(now, timeZone)})`);
  // Up to a minute ahead is a clock that differs, not a wish to see the future.
  if (end && end.startMs > now + minuteMs) throw invalid('end', words.end ?? '', `a time not after now (${minuteTime(now, timeZone)})`);
  const endMs = Math.min(end?.endMs ?? (start.closed ? start.endMs : now), now);
  if (endMs <= start.startMs) throw invalid('end', words.end ?? '', `a time after the start (${minuteTime(start.startMs, timeZone)})`);
  return { startMs: start.startMs, endMs };
};
