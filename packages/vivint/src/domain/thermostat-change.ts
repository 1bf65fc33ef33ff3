import { type InputIssue, nearMisses, refuse } from '@switchyard-mcp/core';
import type { ThermostatChange } from './acts.ts';
import type { Thermostat } from './model.ts';
import { deviceAtStart, deviceRef, inUnit, toCelsius } from './words.ts';

/** What a person wants, in the unit that lists show. */
export interface ThermostatWish {
  readonly mode?: string | undefined;
  readonly heatTo?: number | undefined;
  readonly coolTo?: number | undefined;
  readonly fan?: string | undefined;
  readonly hold?: string | undefined;
}

/** Set points come back rounded to half a degree of either unit. */
const sameC = 0.35;

const wordIssue = (path: string, wanted: string | undefined, known: readonly string[]): readonly InputIssue[] => {
  if (wanted === undefined || known.length === 0 || known.includes(wanted)) return [];
  const near = nearMisses(wanted, known)[0];
  return [{ path, got: wanted.slice(0, 40), expected: `one of ${known.join(', ')}${near ? ` (did you mean ${near}?)` : ''}` }];
};

const rangeIssue = (
  path: string,
  valueC: number | undefined,
  { thermostat, unit }: { thermostat: Thermostat; unit: 'C' | 'F' },
): readonly InputIssue[] => {
  const { minC, maxC } = thermostat;
  if (valueC === undefined || ((minC === undefined || valueC >= minC - sameC) && (maxC === undefined || valueC <= maxC + sameC))) return [];
  const words = (celsius: number | undefined): string => (celsius === undefined ? 'any' : String(inUnit(celsius, unit)));
  return [{ path, got: `${inUnit(valueC, unit)} °${unit}`, expected: `${words(minC)} to ${words(maxC)} °${unit}` }];
};

/** The change in our own words and Celsius. @throws ToolError invalid_input before anything is sent */
export const thermostatChange = (thermostat: Thermostat, wish: ThermostatWish, unit: 'C' | 'F'): ThermostatChange => {
  if (thermostat.unitUnknown && (wish.heatTo ?? wish.coolTo) !== undefined)
    throw refuse(
      'unsupported',
      `The limits of ${deviceRef(thermostat)} do not tell in which unit it counts, so no temperature is sent to it.`,
      { next: ['Set it in the Vivint app; mode, fan and hold can be set here.'] },
    );
  const heatToC = wish.heatTo === undefined ? undefined : toCelsius(wish.heatTo, unit);
  const coolToC = wish.coolTo === undefined ? undefined : toCelsius(wish.coolTo, unit);
  const [heat, cool] = [heatToC ?? thermostat.heatToC, coolToC ?? thermostat.coolToC];
  const mode = wish.mode ?? thermostat.mode;
  const gap = thermostat.minGapC ?? 0;
  const apart = (differenceC: number): string => `${Math.round(differenceC * (unit === 'F' ? 18 : 10)) / 10} °${unit}`;
  const tooClose =
    mode === 'auto' && heat !== undefined && cool !== undefined && cool - heat < gap - 0.01 && (heatToC ?? coolToC) !== undefined;
  const issues: readonly InputIssue[] = [
    ...wordIssue('mode', wish.mode, thermostat.modes),
    ...wordIssue('fan', wish.fan, thermostat.fanModes),
    ...rangeIssue('heat_to', heatToC, { thermostat, unit }),
    ...rangeIssue('cool_to', coolToC, { thermostat, unit }),
    ...(tooClose
      ? [{ path: 'cool_to', got: `${apart(cool - heat)} apart`, expected: `at least ${apart(gap)} above heat_to in mode auto` }]
      : []),
  ];
  if (issues.length > 0) throw refuse('invalid_input', `${deviceAtStart(thermostat)} is not able to use these values.`, { issues });
  return {
    ...(wish.mode === undefined ? {} : { mode: wish.mode }),
    ...(heatToC === undefined ? {} : { heatToC }),
    ...(coolToC === undefined ? {} : { coolToC }),
    ...(wish.fan === undefined ? {} : { fanMode: wish.fan }),
    ...(wish.hold === undefined ? {} : { hold: wish.hold }),
  };
};

const near = (wanted: number | undefined, is: number | undefined): boolean =>
  wanted === undefined || (is !== undefined && Math.abs(is - wanted) <= sameC);
const same = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === is;

/** Has the thermostat all that was wanted? */
export const hasChange = (thermostat: Thermostat, change: ThermostatChange): boolean =>
  same(change.mode, thermostat.mode) &&
  same(change.fanMode, thermostat.fanMode) &&
  same(change.hold, thermostat.hold) &&
  near(change.heatToC, thermostat.heatToC) &&
  near(change.coolToC, thermostat.coolToC);
