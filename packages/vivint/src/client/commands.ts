import { refuse, type ToolError } from '@switchyard-mcp/core';
import { path } from '@switchyard-mcp/core/http';
import type { JsonRecord as Raw } from '@switchyard-mcp/core/json';
import type { Act, ThermostatChange } from '../domain/acts.ts';
import { countsInFahrenheit, hasKnownUnit } from './mapping/device.ts';
import { armCodes, fanModeCode, holdCode, thermostatModeCode } from './mapping/words.ts';

/** One PUT. */
export interface Command {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Address {
  readonly panelId: number;
  readonly partitionId: number;
  /** The device's number; absent for a partition. */
  readonly number?: number;
  /** The device's own document, for the unit it counts in. */
  readonly raw?: Raw;
}

const unknownWord = (word: string): ToolError => refuse('invalid_input', `This thermostat knows no "${word.slice(0, 40)}".`);

const unknownUnit = (): ToolError => refuse('unsupported', 'The limits of this thermostat do not tell in which unit it counts.');

const codeOr = (code: number | undefined, word: string): number => {
  if (code === undefined) throw unknownWord(word);
  return code;
};

const thermostatBody = (change: ThermostatChange, raw: Raw): Raw => {
  const degrees = (celsius: number): number => {
    if (!hasKnownUnit(raw)) throw unknownUnit();
    const value = countsInFahrenheit(raw) ? celsius * 1.8 + 32 : celsius;
    return Math.round(value * 100) / 100;
  };
  return {
    ...(change.mode === undefined ? {} : { om: codeOr(thermostatModeCode(change.mode), change.mode) }),
    ...(change.heatToC === undefined ? {} : { hsp: degrees(change.heatToC) }),
    ...(change.coolToC === undefined ? {} : { csp: degrees(change.coolToC) }),
    ...(change.fanMode === undefined ? {} : { fm: codeOr(fanModeCode(change.fanMode), change.fanMode) }),
    ...(change.hold === undefined ? {} : { hm: codeOr(holdCode(change.hold), change.hold) }),
  };
};

/**
 * The request of an act. Open sensors are never armed over by force.
 * @see https://github.com/natekspencer/vivintpy and https://github.com/balansse/homebridge-vivint
 */
export const commandOf = (act: Act, { panelId, partitionId, number = 0, raw = {} }: Address): Command => {
  switch (act.kind) {
    case 'arm':
      return {
        path: path`/${panelId}/${partitionId}/armedstates`,
        body: { system: panelId, partitionId, armState: armCodes[act.to], forceArm: false },
      };
    case 'lock':
      return { path: path`/${panelId}/${partitionId}/locks/${number}`, body: { s: act.locked, _id: number } };
    case 'garage_door':
      return { path: path`/${panelId}/${partitionId}/door/${number}`, body: { s: act.open ? 4 : 2, _id: number } };
    case 'bypass':
      return { path: path`/${panelId}/${partitionId}/sensors/${number}`, body: { b: act.bypassed ? 2 : 0, _id: number } };
    case 'switch':
      return {
        path: path`/${panelId}/${partitionId}/switches/${number}`,
        body: { _id: number, ...(act.levelPercent === undefined ? { s: act.on ?? true } : { val: act.levelPercent }) },
      };
    default:
      return { path: path`/${panelId}/${partitionId}/thermostats/${number}`, body: thermostatBody(act.change, raw) };
  }
};
