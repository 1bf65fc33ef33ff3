import { type DoctorCheck, listEntries, nearMisses } from '@switchyard-mcp/core';
import { nameLists } from '../config.ts';
import { type Device, deviceClasses } from '../domain/model.ts';
import { deviceNames, systemNames } from './policy.ts';

/** What one entry of a list can match: each system's or device's names. */
type Named = readonly (readonly string[])[];

interface Lists {
  readonly systems?: string | undefined;
  readonly allow?: string | undefined;
  readonly deny?: string | undefined;
}

/** Nobody publishes a report to let strangers know what is in the house. */
export interface CheckOptions {
  readonly redacted: boolean;
}

const idle = (
  setting: keyof Lists,
  { list, names, effect }: { list: string | undefined; names: Named; effect: string },
  { redacted }: CheckOptions,
): readonly DoctorCheck[] =>
  listEntries(list, nameLists)
    .filter(({ matches }) => !names.some(matches))
    .map(({ entry }) => {
      const near = redacted ? [] : nearMisses(entry, new Set([...names.flat(), ...(setting === 'systems' ? [] : deviceClasses)]), 3);
      return {
        id: setting,
        status: 'problem',
        seen: `"${redacted ? '[entry]' : entry}" matches nothing, ${effect}${near.length > 0 ? `; did you mean ${near.join(', ')}?` : ''}`,
        mend: `correct or remove it in VIVINT_${setting.toUpperCase()}.`,
      };
    });

/** An entry that no system has: without it the whole account may be invisible. */
export const checkSystems = (
  { systems }: Lists,
  all: readonly Parameters<typeof systemNames>[0][],
  options: CheckOptions,
): readonly DoctorCheck[] => idle('systems', { list: systems, names: all.map(systemNames), effect: 'so it shows no system' }, options);

/** Entries that no device has: what one of them was to hide stays visible. Classes that the home lacks are foresight. */
export const checkDevices = ({ allow, deny }: Lists, devices: readonly Device[], options: CheckOptions): readonly DoctorCheck[] => {
  const names: Named = [...devices.map(deviceNames), [...deviceClasses]];
  return [
    ...idle('allow', { list: allow, names, effect: 'so it shows nothing' }, options),
    ...idle('deny', { list: deny, names, effect: 'so it hides nothing' }, options),
  ];
};
