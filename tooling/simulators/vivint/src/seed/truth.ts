/** What is so, in words: written down when a device is seeded, not read back from the cloud's keys. */
export interface SensorTruth {
  readonly class: 'sensor';
  readonly kind: SensorKind;
  readonly open: boolean;
  readonly bypass: 'none' | 'forced' | 'manual';
  readonly tampered: boolean;
  readonly trouble: boolean;
  readonly lowBattery: boolean;
  /** null: the sensor does not say. */
  readonly batteryPercent: number | null;
  readonly supervisionLost: boolean;
  readonly hidden: boolean;
  /** False: an unused zone or a piece without serial, which no app shows. */
  readonly valid: boolean;
}

export interface LockTruth {
  readonly class: 'lock';
  readonly locked: boolean;
  readonly online: boolean;
  readonly batteryPercent: number;
  readonly lowBattery: boolean;
  readonly batteryTooLowToOperate: boolean;
  readonly autoLockSeconds: number | null;
  readonly tampered: boolean;
}

export interface GarageTruth {
  readonly class: 'garage';
  readonly state: 'unknown' | 'closed' | 'closing' | 'stopped' | 'opening' | 'opened';
  readonly online: boolean;
}

export interface SwitchTruth {
  readonly class: 'switch';
  readonly kind: 'on-off' | 'dimmer' | 'hue' | 'group';
  readonly on: boolean;
  /** null: it cannot dim. */
  readonly levelPercent: number | null;
  readonly online: boolean;
}

export interface ThermostatTruth {
  readonly class: 'thermostat';
  readonly temperatureC: number;
  readonly heatToC: number;
  readonly coolToC: number;
  readonly mode: 'off' | 'heat' | 'cool' | 'auto' | 'emergency heat' | 'fan only' | 'away' | 'eco';
  readonly running: 'idle' | 'heating' | 'cooling';
  readonly fanMode: 'auto' | 'on' | 'on for 15 min' | 'on for 60 min' | 'on for 12 h';
  readonly fanRunning: boolean;
  readonly hold: 'schedule' | 'until next' | 'two hours' | 'permanent';
  /** null: it has no such sensor. */
  readonly humidityPercent: number | null;
  readonly online: boolean;
}

export interface CameraTruth {
  readonly class: 'camera';
  readonly kind: 'doorbell' | 'outdoor' | 'indoor';
  readonly online: boolean;
  readonly privacy: boolean;
  readonly clipOnMotion: boolean;
  readonly deterring: boolean;
  readonly chimeExtender: boolean;
  readonly nightVision: boolean;
  readonly resolution: string;
  readonly wifiPercent: number;
}

export interface PanelTruth {
  readonly class: 'panel';
  readonly online: boolean;
  readonly mainsPower: boolean;
  readonly batteryBad: boolean;
  readonly internet: boolean;
}

export interface OtherTruth {
  readonly class: 'other';
  /** Shown to people, or a piece of infrastructure. */
  readonly shown: boolean;
  readonly online: boolean | null;
  readonly lowBattery: boolean | null;
}

export type DeviceFacts = SensorTruth | LockTruth | GarageTruth | SwitchTruth | ThermostatTruth | CameraTruth | PanelTruth | OtherTruth;

/** The facts of one device, and where it is. */
export type Truth = DeviceFacts & {
  readonly panelId: number;
  readonly partitionId: number;
  readonly deviceId: number;
  readonly name: string;
  /** The `t` of the cloud. */
  readonly type: string;
};

export type SensorKind =
  | 'door'
  | 'window'
  | 'motion'
  | 'glass break'
  | 'smoke'
  | 'smoke listener'
  | 'carbon monoxide'
  | 'heat'
  | 'water'
  | 'freeze'
  | 'temperature'
  | 'garage tilt'
  | 'panic'
  | 'doorbell'
  | 'repeater';
