import { ToolError } from '@switchyard-mcp/core';

const parts = (atMs: number, timeZone: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(new Date(atMs))
      .map(({ type, value }) => [type, value]),
  );

/** "2026-11-24T10:15" in the home's own time. */
export const minuteTime = (atMs: number, timeZone: string): string => {
  const p = parts(atMs, timeZone);
  return `${p['year']}-${p['month']}-${p['day']}T${p['hour']}:${p['minute']}`;
};

/** The moment of a wall clock in a time zone; around a change of clocks, the first that exists. */
const fromWallClock = (wallMs: number, timeZone: string): number => {
  const offset = (atMs: number): number => {
    const p = parts(atMs, timeZone);
    return (
      Date.UTC(Number(p['year']), Number(p['month']) - 1, Number(p['day']), Number(p['hour']), Number(p['minute']), Number(p['second'])) -
      Math.floor(atMs / 1000) * 1000
    );
  };
  const guess = wallMs - offset(wallMs);
  return wallMs - offset(guess);
};

const startOfDay = (atMs: number, timeZone: string, daysBack: number): number => {
  const p = parts(atMs, timeZone);
  return fromWallClock(Date.UTC(Number(p['year']), Number(p['month']) - 1, Number(p['day']) - daysBack), timeZone);
};

const units: Readonly<Record<string, number>> = { m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment in words: "24h", "7d" (ago), "now", "today", "yesterday", "this week", or ISO in the home's time. @throws ToolError invalid_input */
export const parseMoment = (text: string, { nowMs, timeZone }: { nowMs: number; timeZone: string }): number => {
  const word = text.trim().toLowerCase();
  if (word === 'now') return nowMs;
  if (word === 'today') return startOfDay(nowMs, timeZone, 0);
  if (word === 'yesterday') return startOfDay(nowMs, timeZone, 1);
  if (word === 'this week') return startOfDay(nowMs, timeZone, (new Date(fromParts(parts(nowMs, timeZone))).getUTCDay() + 6) % 7);
  const ago = /^-?(\d+(?:\.\d+)?)\s*(m|min|h|d|w)(?: ago)?$/.exec(word);
  if (ago?.[1] && ago[2]) return nowMs - Number(ago[1]) * (units[ago[2]] ?? 0);
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(word);
  if (iso) {
    const [, year, month, day, hour, minute, second] = iso.map(Number);
    const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour || 0, minute || 0, second || 0);
    if (Number.isFinite(wall)) return fromWallClock(wall, timeZone);
  }
  const absolute = /\d{4}-\d{2}-\d{2}t.*(z|[+-]\d{2}:?\d{2})$/.test(word) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(absolute)) return absolute;
  throw new ToolError({
    code: 'invalid_input',
    what: `"${text.slice(0, 40)}" is no moment`,
    next: ['24h, 7d, today, yesterday, this week, or 2026-11-24T10:15 in the home’s time.'],
    sideEffects: 'none',
  });
};

const fromParts = (p: Record<string, string>): number => Date.UTC(Number(p['year']), Number(p['month']) - 1, Number(p['day']));
