import type { Home } from './home.ts';
import { isoTime } from './identifiers.ts';
import type { Json } from './types.ts';

/** Where the simulated home stands. */
export const HOME_PLACE = { latitude: 52.3731, longitude: 4.8922 } as const;

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Half a disc and the bending of light below the horizon. */
const HORIZON = -0.833;
const TWILIGHT = -6;

const rad = (degrees: number): number => (degrees * Math.PI) / 180;
const deg = (radians: number): number => (radians * 180) / Math.PI;

/** Where the sun stands at a moment: the short formula of almanacs, right to a hundredth of a degree or so. */
export function sunAt(ms: number, { latitude, longitude }: { latitude: number; longitude: number } = HOME_PLACE) {
  const days = ms / DAY - 10_957.5;
  const anomaly = rad(357.529 + 0.98560028 * days);
  const ecliptic = rad(280.459 + 0.98564736 * days + 1.915 * Math.sin(anomaly) + 0.02 * Math.sin(2 * anomaly));
  const tilt = rad(23.439 - 0.00000036 * days);
  const ascension = Math.atan2(Math.cos(tilt) * Math.sin(ecliptic), Math.cos(ecliptic));
  const declination = Math.asin(Math.sin(tilt) * Math.sin(ecliptic));
  const sidereal = rad((18.697374558 + 24.06570982441908 * days) * 15 + longitude);
  const hour = sidereal - ascension;
  const phi = rad(latitude);
  const sine = Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hour);
  const azimuth = deg(Math.atan2(-Math.sin(hour), Math.tan(declination) * Math.cos(phi) - Math.sin(phi) * Math.cos(hour)));
  return { elevation: deg(Math.asin(sine)), azimuth: (azimuth + 360) % 360, westward: Math.sin(hour) };
}

/** The first moment in a direction of time at which a value begins to be above zero (or below, when falling). */
function crossing(value: (ms: number) => number, fromMs: number, { falling = false, back = false } = {}): number {
  const sign = falling ? -1 : 1;
  const step = (back ? -10 : 10) * MINUTE;
  for (let at = fromMs; Math.abs(at - fromMs) < 2 * DAY; at += step) {
    let [early, late] = back ? [at + step, at] : [at, at + step];
    if (sign * value(early) >= 0 || sign * value(late) < 0) continue;
    while (late - early > 500) {
      const middle = (early + late) / 2;
      if (sign * value(middle) < 0) early = middle;
      else late = middle;
    }
    return Math.round(late);
  }
  return Number.NaN;
}

const height =
  (limit: number) =>
  (ms: number): number =>
    sunAt(ms).elevation - limit;
const past = (ms: number): number => sunAt(ms).westward;

/** State and attributes of sun.sun at a moment, and since when the state is so. */
export function sunState(nowMs: number): { state: string; attributes: Json; sinceMs: number } {
  const { elevation, azimuth } = sunAt(nowMs);
  const above = elevation >= HORIZON;
  const next = {
    dawn: crossing(height(TWILIGHT), nowMs),
    dusk: crossing(height(TWILIGHT), nowMs, { falling: true }),
    midnight: crossing(past, nowMs, { falling: true }),
    noon: crossing(past, nowMs),
    rising: crossing(height(HORIZON), nowMs),
    setting: crossing(height(HORIZON), nowMs, { falling: true }),
  };
  const attributes: Json = Object.fromEntries(Object.entries(next).map(([name, at]) => [`next_${name}`, isoTime(at)]));
  return {
    state: above ? 'above_horizon' : 'below_horizon',
    attributes: {
      ...attributes,
      elevation: Math.round(elevation * 100) / 100,
      azimuth: Math.round(azimuth * 100) / 100,
      rising: next.noon < next.midnight,
      friendly_name: 'Sun',
    },
    sinceMs: crossing(height(HORIZON), nowMs, { falling: !above, back: true }),
  };
}

const REFRESH = 4 * MINUTE;

/** Puts the sun up and lets it follow the clock: at each rising and setting, and every few minutes between. */
export function followSun(home: Home): void {
  const { state, attributes, sinceMs } = sunState(home.startedAt);
  home.seed('sun.sun', state, attributes, sinceMs);
  const wait = (): void => {
    const now = Date.now();
    const known = home.states.get('sun.sun')?.attributes ?? {};
    const events = [known['next_rising'], known['next_setting']].map((text) => Date.parse(String(text)) - now);
    home.after('sun', Math.max(1000, Math.min(REFRESH, ...events)), () => {
      const later = sunState(Date.now());
      // A test may have set or removed it.
      if (home.states.has('sun.sun')) home.patch('sun.sun', later.state, later.attributes);
      wait();
    });
  };
  wait();
}
