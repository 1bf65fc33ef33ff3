import type { Chance } from '../chance.ts';
import { type Clock, writeTime } from '../clock.ts';
import { applyPatch, copy, type Json } from '../json.ts';
import { type Happening, History } from './history.ts';
import type { Device, Partition, SystemData } from './system-data.ts';

/** A system and what it is called in the account. */
export interface CloudSystem {
  readonly nickname: string;
  /** The stream login of the panel: a secret. */
  readonly panelLogin: { readonly n: string; readonly pswd: string };
  readonly data: SystemData;
}

/** Where a device lives. */
export interface Place {
  readonly panelId: number;
  readonly partition: Partition;
  readonly device: Device;
}

/** How a change is told. */
export interface ChangeOptions {
  /** What history writes; nothing is written without it. */
  readonly record?: Pick<Happening, 'text' | 'type' | 'by' | 'detail' | 'source'>;
  /** More keys of the push beside the change, as `secd`. */
  readonly beside?: Json;
  /** Changes the snapshot and pushes nothing. */
  readonly silent?: boolean;
}

type Publish = (panelId: number, message: Json) => void;

/** The homes as the cloud knows them: every change is stamped, remembered and pushed. */
export class Cloud {
  readonly history: History;
  readonly systems = new Map<number, CloudSystem>();
  readonly #clock: Clock;
  readonly #publish: Publish;
  readonly #chance: Chance;
  #sequence = 1000;

  constructor(parts: { readonly clock: Clock; readonly chance: Chance }, publish: Publish) {
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.#publish = publish;
    this.history = new History(parts.chance);
  }

  add(system: CloudSystem): void {
    this.systems.set(system.data.panid, system);
  }

  partition(panelId: number, partitionId: number): Partition | undefined {
    return this.systems.get(panelId)?.data.par.find(({ parid }) => parid === partitionId);
  }

  find(panelId: number, deviceId: number): Place | undefined {
    for (const partition of this.systems.get(panelId)?.data.par ?? []) {
      const device = partition.d.find(({ _id }) => _id === deviceId);
      if (device) return { panelId, partition, device };
    }
    return undefined;
  }

  /** The device, which must be there. */
  place(panelId: number, deviceId: number): Place {
    const place = this.find(panelId, deviceId);
    if (!place) throw new Error(`The simulated cloud has no device ${deviceId} in system ${panelId}`);
    return place;
  }

  /** Changes a device as its panel would report it. Keys may be dotted. */
  changeDevice(place: Place, patch: Json, options: ChangeOptions = {}): void {
    const { device, partition, panelId } = place;
    const context = this.#context();
    applyPatch(device, patch);
    applyPatch(device, { ts: context.ts, plctx: context });
    this.#stamp(partition, context.ts);
    this.remember(place, options);
    if (options.silent) return;
    // Google's thermostats reach the cloud past the panel, and their patches carry no panel context.
    const withContext = device['act'] === 'pod_nest_thermostat_device' ? {} : { plctx: context };
    this.push(panelId, partition.parid, { d: [{ _id: device._id, ...copy(patch) }], ...withContext, ...options.beside });
  }

  /** Changes a partition, as arming does. */
  changePartition(panelId: number, partition: Partition, patch: Json, options: ChangeOptions = {}): void {
    const context = this.#context();
    applyPatch(partition, patch);
    this.#stamp(partition, context.ts);
    const device = partition.d.find(({ t }) => t === 'primary_touch_link_device') ?? partition.d[0];
    if (device) this.remember({ panelId, partition, device }, options);
    if (!options.silent) this.push(panelId, partition.parid, { ...copy(patch), plctx: context, ...options.beside });
  }

  /** Adds the present armed state to the list of recent ones that the partition carries. */
  noteArmed(partition: Partition): void {
    const past = (partition['proph'] as { s?: Json[] } | undefined)?.s ?? [];
    partition['proph'] = { s: [...past, { val: partition.s, ts: writeTime(this.#clock.now()), sync: true }].slice(-20) };
  }

  /** Changes the system itself; `u` patches users by `_id`. */
  changeSystem(panelId: number, patch: Json): void {
    const system = this.systems.get(panelId)?.data;
    if (!system) throw new Error(`The simulated cloud has no system ${panelId}`);
    const { u: users, ...rest } = patch;
    applyPatch(system, { ...rest, ts: this.#context().ts });
    for (const user of Array.isArray(users) ? (users as Json[]) : []) {
      const known = system.u.find(({ _id }) => _id === user['_id']);
      if (known) applyPatch(known, user);
    }
    this.#send(panelId, { _id: panelId, t: 'account_system', op: 'u', panid: panelId, da: { ...copy(patch), plctx: this.#context() } });
  }

  /** Adds a device and tells it as a new one. */
  addDevice(panelId: number, partitionId: number, device: Device): void {
    const partition = this.partition(panelId, partitionId);
    if (!partition) throw new Error(`The simulated cloud has no partition ${panelId}|${partitionId}`);
    partition.d.push(device);
    this.push(panelId, partitionId, { d: [copy(device)], plctx: this.#context() }, 'c');
  }

  removeDevice(panelId: number, deviceId: number): void {
    const { partition, device } = this.place(panelId, deviceId);
    partition.d.splice(partition.d.indexOf(device), 1);
    this.push(panelId, partition.parid, { d: [{ _id: deviceId }], plctx: this.#context() }, 'd');
  }

  /** Pushes a patch that is older than the present by `ageMs` and changes nothing: what a slow network delivers late. */
  pushStale({ panelId, partition, device }: Omit<Place, 'device'> & { device?: Device }, patch: Json, ageMs: number): void {
    const plctx = { ...this.#context(), ts: writeTime(this.#clock.now() - ageMs) };
    this.push(panelId, partition.parid, device ? { d: [{ _id: device._id, ...patch }], plctx } : { ...patch, plctx });
  }

  /** Pushes any message whatever, to everybody who sees the system. */
  pushRaw(panelId: number, message: Json): void {
    this.#publish(panelId, message);
  }

  /** A note for the household's inbox; it names no system. */
  pushInbox(panelId: number, subject: string, text: string): void {
    const message = {
      _id: this.#chance.hex(12),
      t: 'inbox_message',
      op: 'c',
      da: { sub: subject, me: text, ts: this.#context().ts },
    };
    this.#send(panelId, message);
  }

  /** Pushes to everybody who sees the system. */
  push(panelId: number, partitionId: number, data: Json, op = 'u'): void {
    const message = { _id: `${panelId}|${partitionId}`, t: 'account_partition', op, panid: panelId, parid: partitionId, da: data };
    this.#send(panelId, message);
  }

  /** Writes history without changing anything. */
  remember({ panelId, partition, device }: Place, { record }: ChangeOptions): void {
    if (!record) return;
    const happening: Happening = {
      panelId,
      partitionId: partition.parid,
      deviceId: device._id,
      deviceType: device.t,
      deviceName: String(device['n'] ?? ''),
      atMs: this.#clock.now(),
      ...record,
    };
    this.history.add(happening);
  }

  #send(panelId: number, message: Json): void {
    this.#sequence += 1;
    this.#publish(panelId, { ...message, dseq: this.#sequence });
  }

  #stamp(partition: Partition, ts: string): void {
    applyPatch(partition, { ts, pnlctx: { ts } });
  }

  #context(): { readonly mid: string; readonly ts: string; readonly ctxid: string } {
    return { mid: this.#chance.hex(6), ts: writeTime(this.#clock.now()), ctxid: this.#chance.hex(6) };
  }
}
