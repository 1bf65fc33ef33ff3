import type { Json } from '../json.ts';

/** A device in the cloud's own short keys. */
export type Device = Json & { readonly _id: number; readonly t: string };

/** A partition: the thing that is armed, with its devices. */
export type Partition = Json & {
  readonly _id: string;
  readonly panid: number;
  readonly parid: number;
  /** Armed state: 0 disarmed … 12 walk test. */
  s: number;
  /** Ready to arm. */
  rta: boolean;
  readonly d: Device[];
};

/** A whole system as `GET systems/{panid}` answers it. */
export type SystemData = Json & {
  readonly panid: number;
  readonly par: Partition[];
  readonly u: Json[];
  /** Entry delays and exit delay in seconds. */
  readonly ed1: number;
  readonly exd: number;
};

/** Armed states by name. */
export const ARMED = {
  disarmed: 0,
  armingAway: 1,
  armingStay: 2,
  armedStay: 3,
  armedAway: 4,
  stayEntryDelay: 5,
  awayEntryDelay: 6,
  alarm: 7,
  fireAlarm: 8,
} as const;

/** Garage door states by name. */
export const GARAGE = { unknown: 0, closed: 1, closing: 2, stopped: 3, opening: 4, opened: 5 } as const;
