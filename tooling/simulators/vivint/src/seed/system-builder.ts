import { writeTime } from '../clock.ts';
import type { CloudSystem } from '../cloud/cloud.ts';
import type { Device, Partition } from '../cloud/system-data.ts';
import type { Json } from '../json.ts';
import { Secrets } from './secrets.ts';
import type { DeviceFacts, Truth } from './truth.ts';

/** What a builder is given to write a device down. */
export interface MakeContext {
  readonly id: number;
  readonly secret: Secrets;
  /** The time of the seed, as the cloud writes it. */
  readonly now: string;
}

/** A device before it has a place: its facts, and how the cloud writes them. */
export interface Seeded {
  readonly truth: DeviceFacts;
  readonly make: (context: MakeContext) => Json & { t: string };
}

export interface SystemWords {
  readonly panelId: number;
  readonly nickname: string;
  readonly exitDelayS?: number;
  readonly entryDelayS?: number;
  readonly atMs: number;
}

/** Puts a system together, partition by partition, and keeps its facts. */
export class SystemBuilder {
  readonly truths: Truth[] = [];
  readonly panelId: number;
  readonly secrets: Secrets;
  readonly #words: SystemWords;
  readonly #partitions: Partition[] = [];
  readonly #users: Json[] = [];

  constructor(words: SystemWords) {
    this.#words = words;
    this.panelId = words.panelId;
    this.secrets = new Secrets(words.panelId);
  }

  partition(partitionId: number, more: Json = {}): this {
    const { panelId, atMs } = this.#words;
    const ts = writeTime(atMs);
    const base = { _id: `${panelId}|${partitionId}`, panid: panelId, parid: partitionId, s: 0, rta: true, d: [] };
    const rest = { ureg: [], pmac: this.secrets.text('mac'), ale: [], proph: { s: [] }, zwm: {}, fea: {}, grp: [], ts, pnlctx: { ts } };
    this.#partitions.push({ ...rest, ...base, ...more });
    return this;
  }

  /** Adds a device to the last partition. Its time of change lies `ageMs` back. */
  device(id: number, name: string, seeded: Seeded, ageMs = 3_600_000): this {
    const partition = this.#partitions.at(-1);
    if (!partition) throw new Error('A device needs a partition');
    const { panelId, atMs } = this.#words;
    const ts = writeTime(atMs - ageMs);
    const made = seeded.make({ id, secret: this.secrets, now: ts });
    const plctx = { mid: `seed${id}`, ts, ctxid: `seed${id}` };
    const device: Device = { _id: id, panid: panelId, n: name, from_sync: true, mbs: true, cbr: true, ts, plctx, pnlctx: { ts }, ...made };
    partition.d.push(device);
    const place = { panelId, partitionId: partition.parid, deviceId: id, name, type: device.t };
    this.truths.push({ ...seeded.truth, ...place });
    return this;
  }

  user(id: number, name: string, flags: Json = {}): this {
    const codes = { c: this.secrets.pin(), lc: this.secrets.pin() };
    const base = { _id: id, n: name, ad: false, pad: false, att: 8, du: false, iu: false, ra: true, reg: true, gue: false, lids: [] };
    this.#users.push({ ...base, hasPins: true, hasPanelPin: true, hasLockPin: true, ...codes, uid: id, zid: id, ...flags });
    return this;
  }

  alert(partitionId: number, alert: { type: number; deviceId: number; ageMs: number; acknowledged?: boolean }): this {
    const { atMs } = this.#words;
    const ts = writeTime(atMs - alert.ageMs);
    const row = { alet: alert.type, did: alert.deviceId, ts, akd: alert.acknowledged ?? false, slt: false };
    for (const { parid, ale } of this.#partitions) if (parid === partitionId) (ale as Json[]).push(row);
    return this;
  }

  build(): CloudSystem {
    const { panelId, nickname, exitDelayS = 60, entryDelayS = 30, atMs } = this.#words;
    const delays = { exd: exitDelayS, ed1: entryDelayS, ed2: entryDelayS * 2 };
    const home = {
      csce: 'home',
      s: 0,
      ts: writeTime(atMs),
      tz: 'America/Denver',
      tc: true,
      cql: 50,
      hsd: writeTime(atMs - 45 * 86_400_000),
    };
    const data = { _id: panelId, panid: panelId, ...home, ...delays, ...this.secrets.system(), par: this.#partitions, u: this.#users };
    const panelLogin = { n: this.secrets.text('panel-user'), pswd: this.secrets.text('panel-password') };
    return { nickname, panelLogin, data: { ...data, fea: {}, sinfo: {}, stg: {}, wea: [], ale: [] } };
  }
}
