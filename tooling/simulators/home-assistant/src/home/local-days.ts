/** The time zone of the simulated home. */
export const TIME_ZONE = 'Europe/Amsterdam';

const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
});

/** A moment as the clock on the wall shows it, written as if it were UTC. */
function onTheWall(at: number): Date {
  const found = new Map(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => found.get(type) ?? 0;
  return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')));
}

function fromTheWall(wall: number): number {
  const guess = wall - (onTheWall(wall).getTime() - wall);
  // Around a change of the clocks the first guess is an hour off.
  return guess - (onTheWall(guess).getTime() - wall);
}

/** The local start of the day, week (Monday), month or year that a moment lies in, and of the next. */
export function localPeriod(at: number, period: string): { start: number; next: number } {
  const wall = onTheWall(at);
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  const monday = day - ((wall.getUTCDay() + 6) % 7);
  const between = (start: number, next: number) => ({ start: fromTheWall(start), next: fromTheWall(next) });
  if (period === 'week') return between(Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7));
  if (period === 'month') return between(Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1));
  if (period === 'year') return between(Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
  return between(Date.UTC(year, month, day), Date.UTC(year, month, day + 1));
}
