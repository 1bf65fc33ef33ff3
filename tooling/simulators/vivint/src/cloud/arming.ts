import type { Clock } from '../clock.ts';
import type { Cloud, Place } from './cloud.ts';
import { ARMED, type Partition } from './system-data.ts';

/** Zones that keep a system from being armed while they are open. */
const GUARDED = new Set([1, 2, 3]);
/** Zones that give time to disarm. */
const DELAYED = new Set([1, 2, 10]);
/** Zones inside: they sleep while somebody is at home. */
const INSIDE = new Set([4, 10]);
const FIRE = new Set([9, 14, 16]);
const MODES: Readonly<Record<number, string>> = { 0: 'disarmed', 3: 'armed to Stay', 4: 'armed to Away' };

/** The panel: exit and entry delays, alarms, refusals. */
export class Arming {
  readonly #cloud: Cloud;
  readonly #clock: Clock;
  /** What is still to come for a partition: the end of an exit or entry delay. */
  readonly #pending = new Map<string, () => void>();

  constructor(cloud: Cloud, clock: Clock) {
    this.#cloud = cloud;
    this.#clock = clock;
  }

  /** Open sensors that stand in the way. */
  blocking(partition: Partition): readonly string[] {
    const open = partition.d.filter(
      (device) => device.t === 'wireless_sensor' && device['s'] === true && device['b'] === 0 && GUARDED.has(Number(device['set'])),
    );
    return open.map((device) => String(device['n']));
  }

  /** Arms or disarms; the answer is a sentence when the panel refuses. */
  set(panelId: number, partition: Partition, wish: { state: number; force: boolean; by: string }): string | undefined {
    if (wish.state === ARMED.disarmed) return void this.#disarm(panelId, partition, wish.by);
    if (partition.s === wish.state) return undefined;
    if (partition.s !== ARMED.disarmed) return `The system must be disarmed before it is ${MODES[wish.state]}`;
    const blocking = this.blocking(partition);
    if (blocking.length > 0 && !wish.force) return 'The system is not ready to arm';
    if (blocking.length > 0) this.#bypassOpen(panelId, partition);
    const delayed = wish.state === ARMED.armedAway ? ARMED.armingAway : ARMED.armingStay;
    const exitDelayS = Number(this.#cloud.systems.get(panelId)?.data.exd ?? 0);
    const record = { text: `System ${MODES[wish.state]} by ${wish.by}`, type: 'security_state', by: wish.by, detail: wish.state };
    const beside = { seca: { n: wish.by, s: wish.state } };
    if (exitDelayS === 0) {
      this.#become(panelId, partition, wish.state, { record, beside });
      return undefined;
    }
    this.#become(panelId, partition, delayed, { record, beside });
    this.#later(partition, exitDelayS, () => this.#become(panelId, partition, wish.state, {}));
    return undefined;
  }

  /** A sensor opened or closed: readiness may change and an armed house answers. */
  sensed({ panelId, partition, device }: Place): void {
    this.refreshReadiness(panelId, partition);
    if (device['s'] !== true || device['b'] !== 0) return;
    const zone = Number(device['set']);
    const name = String(device['n']);
    if (FIRE.has(zone)) return this.alarm(panelId, partition, ARMED.fireAlarm, name);
    const away = partition.s === ARMED.armedAway;
    if (!away && partition.s !== ARMED.armedStay) return;
    if (INSIDE.has(zone) && !away) return;
    if (!DELAYED.has(zone)) {
      if (GUARDED.has(zone) || INSIDE.has(zone)) this.alarm(panelId, partition, ARMED.alarm, name);
      return;
    }
    const entryDelayS = Number(this.#cloud.systems.get(panelId)?.data.ed1 ?? 0);
    this.#become(panelId, partition, away ? ARMED.awayEntryDelay : ARMED.stayEntryDelay, {
      record: { text: `Entry delay started by ${name}`, type: 'security_state' },
      beside: { seced: { n: name, s: partition.s } },
    });
    this.#later(partition, entryDelayS, () => this.alarm(panelId, partition, ARMED.alarm, name));
  }

  /** Sounds the alarm. */
  alarm(panelId: number, partition: Partition, state: number, cause: string): void {
    this.#become(panelId, partition, state, {
      record: { text: `${state === ARMED.fireAlarm ? 'Fire alarm' : 'Alarm'}: ${cause}`, type: 'security_state', detail: state },
      beside: { secal: { n: cause, s: state } },
    });
  }

  /** Brings `rta` in line with the sensors and pushes it when it changes. */
  refreshReadiness(panelId: number, partition: Partition): void {
    const ready = this.blocking(partition).length === 0;
    if (partition.rta !== ready) this.#cloud.changePartition(panelId, partition, { rta: ready });
  }

  #disarm(panelId: number, partition: Partition, by: string): void {
    this.#pending.get(partition._id)?.();
    this.#pending.delete(partition._id);
    for (const device of partition.d) {
      if (device['b'] === 1) this.#cloud.changeDevice({ panelId, partition, device }, { b: 0 });
    }
    if (partition.s !== ARMED.disarmed) {
      this.#become(panelId, partition, ARMED.disarmed, {
        record: { text: `System disarmed by ${by}`, type: 'security_state', by, detail: 0 },
        beside: { secd: { n: by, s: 0 } },
      });
    }
    this.refreshReadiness(panelId, partition);
  }

  /** Arming by force leaves open sensors out until the next disarming. */
  #bypassOpen(panelId: number, partition: Partition): void {
    for (const device of partition.d) {
      const open = device.t === 'wireless_sensor' && device['s'] === true && device['b'] === 0 && GUARDED.has(Number(device['set']));
      if (open) this.#cloud.changeDevice({ panelId, partition, device }, { b: 1 });
    }
    this.refreshReadiness(panelId, partition);
  }

  #become(panelId: number, partition: Partition, state: number, options: Parameters<Cloud['changePartition']>[3]): void {
    this.#pending.get(partition._id)?.();
    this.#pending.delete(partition._id);
    this.#cloud.changePartition(panelId, partition, { s: state }, options);
    this.#cloud.noteArmed(partition);
  }

  #later(partition: Partition, seconds: number, act: () => void): void {
    this.#pending.set(partition._id, this.#clock.after(seconds * 1000, act));
  }
}
