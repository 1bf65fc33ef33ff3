import type { vivintLevels } from '../config.ts';

export type Level = (typeof vivintLevels)[number];
export type ArmTo = 'stay' | 'away' | 'disarmed';

export interface ThermostatChange {
  readonly mode?: string;
  readonly heatToC?: number;
  readonly coolToC?: number;
  readonly fanMode?: string;
  readonly hold?: string;
}

/** One thing that can be done to a home. Devices are named by their handles. */
export type Act =
  | { readonly kind: 'arm'; readonly systemId: string; readonly partitionId: number; readonly to: ArmTo }
  | { readonly kind: 'lock'; readonly deviceId: string; readonly locked: boolean }
  | { readonly kind: 'garage_door'; readonly deviceId: string; readonly open: boolean }
  | { readonly kind: 'bypass'; readonly deviceId: string; readonly bypassed: boolean }
  | { readonly kind: 'switch'; readonly deviceId: string; readonly on?: boolean; readonly levelPercent?: number }
  | { readonly kind: 'thermostat'; readonly deviceId: string; readonly change: ThermostatChange };

/** What an act takes: making a home safer is less than heating it, and that is less than opening it. */
export const levelOf = (act: Act): Level => {
  switch (act.kind) {
    case 'arm':
      return act.to === 'disarmed' ? 'sensitive' : 'secure';
    case 'lock':
      return act.locked ? 'secure' : 'sensitive';
    case 'garage_door':
      return act.open ? 'sensitive' : 'secure';
    case 'bypass':
      return 'sensitive';
    default:
      return 'operate';
  }
};

/** Acts that a stranger must not be able to cause by asking nicely. Ending a bypass takes its level, and makes the home safer. */
export const needsApproval = (act: Act): boolean => levelOf(act) === 'sensitive' && !(act.kind === 'bypass' && !act.bypassed);

/** What an act is called where its target is not named. */
export const deedOf = (act: Act): string => (act.kind === 'bypass' && !act.bypassed ? 'Ending a bypass' : verbOf(act));

/** "Unlocking", in our own words, before the name of what is unlocked. */
export const verbOf = (act: Act): string => {
  switch (act.kind) {
    case 'arm':
      return act.to === 'disarmed' ? 'Disarming' : `Arming ${act.to}`;
    case 'lock':
      return act.locked ? 'Locking' : 'Unlocking';
    case 'garage_door':
      return act.open ? 'Opening' : 'Closing';
    case 'bypass':
      return act.bypassed ? 'Bypassing' : 'Ending the bypass of';
    case 'switch':
      return 'Switching';
    default:
      return 'Setting';
  }
};
