/** Our own words for a secured home. A field that the cloud did not send is absent: absent means unknown, never "no". */

export type ArmState =
  | 'disarmed'
  | 'arming_away'
  | 'arming_stay'
  | 'armed_stay'
  | 'armed_away'
  | 'entry_delay_stay'
  | 'entry_delay_away'
  | 'alarm'
  | 'fire_alarm'
  | 'disabled'
  | 'walk_test'
  | 'unknown';

/** Classes of devices, in the order in which lists show them. */
export const deviceClasses = [
  'sensor',
  'lock',
  'garage_door',
  'thermostat',
  'camera',
  'light',
  'switch',
  'panel',
  'keypad',
  'other',
] as const;
export type DeviceClass = (typeof deviceClasses)[number];

export type SensorKind =
  | 'door'
  | 'window'
  | 'motion'
  | 'glass_break'
  | 'smoke'
  | 'carbon_monoxide'
  | 'heat'
  | 'flood'
  | 'freeze'
  | 'temperature'
  | 'garage_tilt'
  | 'panic'
  | 'doorbell'
  | 'repeater'
  | 'contact'
  | 'other';

export interface Battery {
  readonly percent?: number;
  /** The device itself calls it low. */
  readonly low?: boolean;
}

interface DeviceFacts {
  /** Handle for tools: "23", or "cabin:23" where several systems are visible. */
  readonly deviceId: string;
  readonly systemId: string;
  readonly partitionId: number;
  /** Number in the cloud, unique within its system. */
  readonly number: number;
  readonly name: string;
  readonly online?: boolean;
  readonly battery?: Battery;
  /** Epoch milliseconds of the last change the cloud knows. */
  readonly changedAt?: number;
  readonly tampered?: boolean;
  /** Something that the cloud reports as wrong besides battery, tamper and connection. */
  readonly trouble?: boolean;
}

export interface Sensor extends DeviceFacts {
  readonly class: 'sensor';
  readonly kind: SensorKind;
  /** Open, or triggered: motion, smoke, water. */
  readonly active?: boolean;
  readonly bypass?: 'none' | 'manual' | 'forced';
  /** The panel has not heard from it for too long. */
  readonly supervisionLost?: boolean;
  readonly chime?: boolean;
  readonly canBypass?: boolean;
}

export interface Lock extends DeviceFacts {
  readonly class: 'lock';
  readonly locked?: boolean;
  /** When the cloud last said that the bolt did not move. Gone once it moved again. */
  readonly jammedAt?: number;
  readonly autoLock?: boolean;
  readonly autoLockSeconds?: number;
  readonly batteryWarning?: 'very_low' | 'too_low_to_operate';
  readonly usedCodes?: number;
}

export type DoorPosition = 'closed' | 'closing' | 'stopped' | 'opening' | 'open' | 'unknown';
export interface GarageDoor extends DeviceFacts {
  readonly class: 'garage_door';
  readonly position: DoorPosition;
}

/** Temperatures are Celsius here, whatever the cloud sent and whatever is shown. */
export interface Thermostat extends DeviceFacts {
  readonly class: 'thermostat';
  /** Its limits do not tell in which unit it counts: its temperatures are read by what they look like, and none is sent. */
  readonly unitUnknown?: true;
  readonly currentC?: number;
  readonly heatToC?: number;
  readonly coolToC?: number;
  readonly minC?: number;
  readonly maxC?: number;
  readonly minGapC?: number;
  readonly mode: string;
  readonly modes: readonly string[];
  readonly doing: 'idle' | 'heating' | 'cooling' | 'unknown';
  readonly fanMode: string;
  readonly fanModes: readonly string[];
  readonly fanRunning?: boolean;
  readonly hold: string;
  readonly humidityPercent?: number;
}

export interface Camera extends DeviceFacts {
  readonly class: 'camera';
  /** The product family, such as doorbell, ping, outdoor. */
  readonly model: string;
  readonly privacy?: boolean;
  readonly clipsOn?: readonly ('motion' | 'ring' | 'visitor')[];
  readonly recordsAudio?: boolean;
  readonly nightVision?: boolean;
  readonly resolution?: string;
  readonly wifiPercent?: number;
  readonly pictureAt?: number;
  readonly detects: readonly string[];
  readonly twoWayAudio: boolean;
  readonly chimeExtender?: boolean;
  readonly onDuty?: boolean;
}

export interface Switch extends DeviceFacts {
  readonly class: 'switch' | 'light';
  readonly on?: boolean;
  readonly dimmable: boolean;
  readonly levelPercent?: number;
}

export interface Panel extends DeviceFacts {
  readonly class: 'panel';
  readonly model: string;
  readonly mainsPower?: boolean;
  readonly batteryBad?: boolean;
  readonly connection?: string;
  readonly cellularSignal?: number;
  readonly wifiDbm?: number;
  readonly softwareVersion?: string;
}

export interface OtherDevice extends DeviceFacts {
  readonly class: 'keypad' | 'other';
  /** The cloud's word for it. */
  readonly kind: string;
}

export type Device = Sensor | Lock | GarageDoor | Thermostat | Camera | Switch | Panel | OtherDevice;

export interface Alert {
  readonly kind: string;
  readonly deviceId?: string;
  readonly at?: number;
  readonly acknowledged?: boolean;
}

export interface Partition {
  readonly systemId: string;
  readonly partitionId: number;
  readonly state: ArmState;
  readonly since?: number;
  /** Who brought it into this state, if the cloud or its history said so. */
  readonly by?: string;
  readonly readyToArm?: boolean;
}

export interface User {
  readonly systemId: string;
  readonly name: string;
  readonly admin?: boolean;
  readonly primary?: boolean;
  readonly guest?: boolean;
  readonly remoteAccess?: boolean;
  readonly registered?: boolean;
  readonly hasPins?: boolean;
  /** Names of locks that this user has a code for. */
  readonly locks: readonly string[];
}

export interface System {
  /** Short name for tools, made of the system's own: "home", "cabin". */
  readonly systemId: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly timeZone: string;
  readonly temperatureUnit: 'C' | 'F';
  readonly entryDelaySeconds?: number;
  readonly exitDelaySeconds?: number;
  readonly partitions: readonly Partition[];
  readonly devices: readonly Device[];
  readonly users: readonly User[];
  readonly alerts: readonly Alert[];
  /** Internal services and slots without a device that lists leave out. */
  readonly leftOut: number;
}

/** Why what we hold may no longer be so. */
export interface Staleness {
  readonly since: number;
  readonly why: string;
}

/** A part of the homes that the last read did not give. */
export interface Gap {
  readonly systemId: string;
  /** Its device list alone is missing; absent: the whole system could not be read. */
  readonly partitionId?: number;
  /** Of when what is shown of it is; absent: nothing is. */
  readonly since?: number;
  readonly why: string;
}

export interface House {
  /** Without those that were never read: see `gaps`. */
  readonly systems: readonly System[];
  /** When the cloud last confirmed this picture: a whole read, or a push on a live stream. */
  readonly asOf: number;
  readonly stream: 'live' | 'down' | 'off';
  readonly stale?: Staleness;
  readonly gaps?: readonly Gap[];
}

/** `note`: a message to the household, which names no system. */
export type EventSource = 'history' | 'live' | 'note' | 'snapshot' | 'inferred';
/** Kinds of events; `other` is a history line that names none of them. */
export type EventKind =
  | 'armed'
  | 'disarmed'
  | 'arming'
  | 'entry_delay'
  | 'alarm'
  | 'opened'
  | 'closed'
  | 'motion'
  | 'locked'
  | 'unlocked'
  | 'jammed'
  | 'doorbell'
  | 'seen'
  | 'bypassed'
  | 'tamper'
  | 'battery'
  | 'offline'
  | 'online'
  | 'climate'
  | 'switched'
  | 'privacy'
  | 'alert'
  | 'failed'
  | 'other';

export interface HouseEvent {
  /** The same event has the same id in whatever process. */
  readonly id: string;
  readonly at: number;
  /** Empty where a note fits no system for sure. */
  readonly systemId: string;
  readonly kind: EventKind;
  /** Handle of the device; absent for the partition's own events. */
  readonly deviceId?: string;
  readonly partitionId?: number;
  /** Name of the device or partition at that time. */
  readonly subject: string;
  /** What happened: words of ours, or the sentence of the cloud's history. */
  readonly text: string;
  readonly by?: string;
  readonly before?: string;
  readonly after?: string;
  readonly source: EventSource;
}

/** What of a span is known. Without `complete`, "no event" does not mean that nothing happened. */
export interface Coverage {
  readonly from: number;
  readonly to: number;
  readonly complete: boolean;
  readonly missing?: string;
}
