import { type Clock, writeTime } from '../clock.ts';
import type { FaultControls } from '../faults.ts';
import type { Json } from '../json.ts';
import type { Arming } from './arming.ts';
import type { Cloud, Place } from './cloud.ts';
import { GARAGE } from './system-data.ts';

/** How long devices take, in milliseconds. */
export interface ActTimes {
  lockMs: number;
  garageMs: number;
  switchMs: number;
  thermostatMs: number;
  thumbnailMs: number;
}

/** What a command came to: undefined was accepted, text is why not. */
export type Refusal = string | undefined;

/** Devices that obey, later or never: an accepted command proves nothing. */
export class Acts {
  readonly times: ActTimes;
  /** Devices whose bolt or door gets stuck at the next command, by `panelId|deviceId`. */
  readonly #jammed = new Set<string>();
  readonly #cloud: Cloud;
  readonly #clock: Clock;
  readonly #arming: Arming;
  readonly #faults: FaultControls;

  constructor(parts: { cloud: Cloud; clock: Clock; arming: Arming; faults: FaultControls }, times: Partial<ActTimes> = {}) {
    this.#cloud = parts.cloud;
    this.#clock = parts.clock;
    this.#arming = parts.arming;
    this.#faults = parts.faults;
    this.times = { lockMs: 60, garageMs: 150, switchMs: 20, thermostatMs: 20, thumbnailMs: 80, ...times };
  }

  /** Makes a lock or garage door stick until told otherwise. */
  jam(panelId: number, deviceId: number, jammed = true): void {
    if (jammed) this.#jammed.add(`${panelId}|${deviceId}`);
    else this.#jammed.delete(`${panelId}|${deviceId}`);
  }

  lock(place: Place, body: Json, by: string): Refusal {
    const locked = body['s'];
    if (typeof locked !== 'boolean') return 'invalid field s: a boolean is needed';
    if (!this.#obeys(place, 'locks')) return undefined;
    this.#clock.after(this.times.lockMs, () => {
      const name = String(place.device['n']);
      if (this.#isJammed(place)) {
        this.#cloud.pushInbox(
          place.panelId,
          `${name} failed to ${locked ? 'lock' : 'unlock'}`,
          'The bolt did not reach its end. Check the door.',
        );
        return this.#cloud.remember(place, { record: { text: `${name} bolt not extended`, type: 'locked', detail: 92 } });
      }
      this.setLock(place, locked, { by, cause: locked ? 87 : 88 });
    });
    return undefined;
  }

  /** Turns a bolt, however it came about. Causes: 85/86 by hand, 87/88 by the app, 89 by itself, 90/91 by keypad. */
  setLock(place: Place, locked: boolean, { by, cause }: { by?: string; cause: number }): void {
    if (place.device['s'] === locked) return;
    const text = `${place.device['n']} was ${locked ? 'locked' : 'unlocked'}${by ? ` by ${by}` : ''}`;
    this.#cloud.changeDevice(place, { s: locked }, { record: { text, type: 'locked', by, detail: cause } });
  }

  door(place: Place, body: Json, by: string): Refusal {
    const state = body['s'];
    if (state !== GARAGE.closing && state !== GARAGE.opening) return 'invalid field s: 2 closes and 4 opens';
    const end = state === GARAGE.closing ? GARAGE.closed : GARAGE.opened;
    if (!this.#obeys(place, 'door') || place.device['s'] === end) return undefined;
    this.#cloud.changeDevice(place, { s: state });
    this.#clock.after(this.times.garageMs, () => {
      const stuck = this.#isJammed(place);
      const text = `${place.device['n']} ${stuck ? 'stopped on its way' : `was ${end === GARAGE.closed ? 'closed' : 'opened'} by ${by}`}`;
      this.#cloud.changeDevice(place, { s: stuck ? GARAGE.stopped : end }, { record: { text, type: 'open', by } });
    });
    return undefined;
  }

  /** Bypasses with 2 and takes it back with 0; the cloud swallows 1 and does nothing. */
  bypass(place: Place, body: Json, by: string): Refusal {
    const wish = body['b'];
    if (wish !== 0 && wish !== 1 && wish !== 2) return 'invalid field b: 0 or 2 is needed';
    if (wish === 1 || place.device['cb'] === false || !this.#obeys(place, 'sensors')) return undefined;
    if (place.device['b'] === wish) return undefined;
    const text = `${place.device['n']} ${wish === 2 ? 'was bypassed' : 'is watched again'} by ${by}`;
    this.#cloud.changeDevice(place, { b: wish }, { record: { text, type: 'security_state', by } });
    this.#arming.refreshReadiness(place.panelId, place.partition);
    return undefined;
  }

  light(place: Place, body: Json, by: string): Refusal {
    const { s: on, val: level } = body;
    if (typeof on !== 'boolean' && typeof level !== 'number') return 'invalid body: s or val is needed';
    if (typeof level === 'number' && (level < 0 || level > 100)) return 'invalid field val: 0 to 100';
    if (!this.#obeys(place, 'switches')) return undefined;
    this.#clock.after(this.times.switchMs, () => {
      const members = Array.isArray(place.device['members'])
        ? place.device['members'].map((id) => this.#cloud.place(place.panelId, Number(id)))
        : [];
      for (const one of [place, ...members]) this.#setLight(one, on, level, by);
    });
    return undefined;
  }

  thermostat(place: Place, body: Json, by: string): Refusal {
    const { device } = place;
    const wish = Object.fromEntries(Object.entries(body).filter(([key]) => ['om', 'hsp', 'csp', 'fm', 'hm'].includes(key)));
    if (Object.keys(wish).length === 0) return 'invalid body: one of om, hsp, csp, fm, hm is needed';
    if (Object.values(wish).some((value) => typeof value !== 'number')) return 'invalid body: numbers are needed';
    const after: Json = { ...device, ...wish };
    const [heat, cool] = [Number(after['hsp']), Number(after['csp'])];
    const [least, most] = [Number(device['mint']), Number(device['maxt'])];
    if ([wish['hsp'], wish['csp']].some((value) => value !== undefined && (Number(value) < least || Number(value) > most))) {
      return `invalid set point: ${least} to ${most}`;
    }
    if (after['om'] === 3 && cool - heat < Number(device['mspdc'])) return `invalid set points: ${device['mspdc']} apart at least`;
    if (wish['om'] !== undefined && !(device['oms'] as unknown[]).includes(wish['om']))
      return 'invalid field om: not a mode of this thermostat';
    if (wish['fm'] !== undefined && !(device['fms'] as unknown[]).includes(wish['fm']))
      return 'invalid field fm: not a fan mode of this thermostat';
    if (!this.#obeys(place, 'thermostats')) return undefined;
    this.#clock.after(this.times.thermostatMs, () => {
      const text = `${device['n']} was changed by ${by}`;
      this.#cloud.changeDevice(place, { ...wish, os: running(after) }, { record: { text, type: 'operating_mode', by } });
    });
    return undefined;
  }

  /** A camera that is on and may look takes a picture; its date arrives by push. */
  thumbnail(place: Place): void {
    if (!this.#obeys(place, 'thumbnail') || place.device['cpri'] === true) return;
    this.#clock.after(this.times.thumbnailMs, () => {
      const ctd = writeTime(this.#clock.now());
      this.#cloud.changeDevice(place, { ctd });
    });
  }

  #setLight(place: Place, on: unknown, level: unknown, by: string): void {
    const dims = 'val' in place.device;
    const state = typeof level === 'number' ? level > 0 : on === true;
    const patch = dims
      ? { s: state, val: typeof level === 'number' ? level : state ? Number(place.device['val']) || 100 : 0 }
      : { s: state };
    const text = `${place.device['n']} was turned ${state ? 'on' : 'off'} by ${by}`;
    this.#cloud.changeDevice(place, patch, { record: { text, type: 'level', by } });
  }

  /** Offline devices and ignored commands are answered with success all the same. */
  #obeys({ device }: Place, service: string): boolean {
    return device['ol'] !== false && !this.#faults.ignores(service);
  }

  #isJammed({ panelId, device }: Place): boolean {
    return this.#jammed.has(`${panelId}|${device._id}`);
  }
}

/** 0 idle, 1 heating, 2 cooling, from mode, set points and temperature. */
function running({ om, val, hsp, csp }: Json): number {
  const temperature = Number(val);
  const heats = om === 1 || om === 3 || om === 10;
  const cools = om === 2 || om === 3 || om === 10;
  if (heats && temperature < Number(hsp)) return 1;
  return cools && temperature > Number(csp) ? 2 : 0;
}
