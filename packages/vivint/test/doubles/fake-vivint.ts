import { type ConfirmationRequest, createRuntime, systemClock, type ToolContext, ToolError } from '@switchyard-mcp/core';
import type { Act } from '../../src/domain/acts.ts';
import type { Camera, Device, House, HouseEvent, Lock, Partition, Sensor, Switch, System, Thermostat } from '../../src/domain/model.ts';
import type { EventList, Picture, VivintOperations } from '../../src/domain/operations.ts';

/** Wednesday 25 November 2026, 10:15 in Denver. */
export const fakeNow = Date.parse('2026-11-25T17:15:00Z');
const hourMs = 3_600_000;

const base = (number: number, name: string) => ({
  deviceId: String(number),
  systemId: 'home',
  partitionId: 1,
  number,
  name,
  changedAt: fakeNow - hourMs,
});
export const door = (number: number, name: string, more: Partial<Sensor> = {}): Sensor => ({
  ...base(number, name),
  class: 'sensor',
  kind: 'door',
  active: false,
  bypass: 'none',
  tampered: false,
  battery: { percent: 80, low: false },
  canBypass: true,
  ...more,
});
export const lock = (number: number, name: string, more: Partial<Lock> = {}): Lock => ({
  ...base(number, name),
  class: 'lock',
  locked: true,
  online: true,
  battery: { percent: 70, low: false },
  ...more,
});
export const light = (number: number, name: string, more: Partial<Switch> = {}): Switch => ({
  ...base(number, name),
  class: 'light',
  dimmable: true,
  on: false,
  levelPercent: 0,
  online: true,
  ...more,
});
export const thermostat = (number: number, name: string, more: Partial<Thermostat> = {}): Thermostat => ({
  ...base(number, name),
  class: 'thermostat',
  currentC: 20,
  heatToC: 20,
  coolToC: 25,
  minC: 7,
  maxC: 35,
  minGapC: 2,
  mode: 'heat',
  modes: ['off', 'heat', 'cool', 'auto', 'eco'],
  doing: 'idle',
  fanMode: 'auto',
  fanModes: ['auto', 'on'],
  hold: 'schedule',
  online: true,
  ...more,
});
export const camera = (number: number, name: string, more: Partial<Camera> = {}): Camera => ({
  ...base(number, name),
  class: 'camera',
  model: 'outdoor',
  online: true,
  privacy: false,
  clipsOn: ['motion'],
  detects: ['person'],
  twoWayAudio: true,
  pictureAt: fakeNow - 60_000,
  ...more,
});
export const garage = (number: number, name: string, position: 'open' | 'closed' | 'stopped' = 'closed'): Device => ({
  ...base(number, name),
  class: 'garage_door',
  position,
  online: true,
});

export const fakePartition = (more: Partial<Partition> = {}): Partition => ({
  systemId: 'home',
  partitionId: 1,
  state: 'disarmed',
  since: fakeNow - 2 * hourMs,
  by: 'Ana',
  readyToArm: true,
  ...more,
});

export const fakeSystem = (devices: readonly Device[], more: Partial<System> = {}): System => ({
  systemId: 'home',
  name: 'Home',
  isAdmin: false,
  timeZone: 'America/Denver',
  temperatureUnit: 'C',
  exitDelaySeconds: 60,
  partitions: [fakePartition()],
  devices,
  users: [],
  alerts: [],
  leftOut: 0,
  ...more,
});

export const event = (minutesAgo: number, more: Partial<HouseEvent> = {}): HouseEvent => ({
  id: `e${minutesAgo}`,
  at: fakeNow - minutesAgo * 60_000,
  systemId: 'home',
  kind: 'opened',
  deviceId: '10',
  subject: 'Front door',
  text: 'Front door opened',
  source: 'history',
  ...more,
});

export interface FakeVivint extends VivintOperations {
  readonly acts: Act[];
  /** Puts another device in the place of the one with its number. */
  change(device: Device): void;
  setPartition(partition: Partition): void;
}

/** What an act does; throws what the cloud would answer. */
type Reaction = (act: Act, fake: FakeVivint) => void;

export interface FakeOptions {
  readonly react?: Reaction;
  readonly events?: EventList;
  readonly picture?: Picture;
  readonly stale?: House['stale'];
  /** Whom the history names. */
  readonly armedBy?: string;
  /** What the guard says of every act. */
  readonly refusal?: ToolError;
}

const notGivenUp = (signal: AbortSignal): void => {
  if (signal.aborted) throw new ToolError({ code: 'cancelled', what: 'The call was cancelled', sideEffects: 'none' });
};

/** A home in memory. Acts are kept; what becomes of them is the test's reaction. Waiting costs no time: the clock jumps. */
export const fakeVivint = (
  systems: readonly System[],
  { react = () => undefined, events, picture, stale, armedBy, refusal }: FakeOptions = {},
): FakeVivint => {
  let current = [...systems];
  let now = fakeNow;
  const acts: Act[] = [];
  const edit = (change: (system: System) => System): void => {
    current = current.map(change);
  };
  const fake: FakeVivint = {
    acts,
    change: (device) =>
      edit((system) => ({ ...system, devices: system.devices.map((old) => (old.deviceId === device.deviceId ? device : old)) })),
    setPartition: (partition) =>
      edit((system) =>
        system.systemId !== partition.systemId
          ? system
          : { ...system, partitions: system.partitions.map((old) => (old.partitionId === partition.partitionId ? partition : old)) },
      ),
    house: async (signal) => {
      notGivenUp(signal);
      return { systems: current, asOf: now, stream: 'live', ...(stale ? { stale } : {}) };
    },
    events: async (span) => events ?? { events: [], coverage: { from: span.startMs, to: span.endMs, complete: true } },
    lastArming: async (systemId, partitionId) => {
      const partitions = current.flatMap((system) => system.partitions);
      const found = partitions.find((one) => one.systemId === systemId && one.partitionId === partitionId);
      const by = found?.by ?? armedBy;
      return { ...(found?.since === undefined ? {} : { since: found.since }), ...(by === undefined ? {} : { by }) };
    },
    picture: async () => picture ?? { bytes: Uint8Array.from([0xff, 0xd8, 0xff, 1]), takenAt: now },
    check: async () => {
      if (refusal !== undefined) throw refusal;
    },
    perform: async (act, { signal }) => {
      notGivenUp(signal);
      acts.push(act);
      react(act, fake);
    },
    onChange: () => () => undefined,
    clock: {
      now: () => now,
      monotonic: () => now,
      after: systemClock.after,
      wait: async (ms) => {
        now += ms;
      },
    },
    close: async () => undefined,
  };
  return fake;
};

/** Does what is asked, at once. */
export const obeys: Reaction = (act, fake) => {
  if (act.kind === 'arm') {
    const state = act.to === 'disarmed' ? 'disarmed' : act.to === 'stay' ? 'armed_stay' : 'armed_away';
    fake.setPartition(fakePartition({ systemId: act.systemId, partitionId: act.partitionId, state }));
    return;
  }
  void fake.house(new AbortController().signal).then((house) => {
    const device = house.systems.flatMap(({ devices }) => devices).find(({ deviceId }) => deviceId === act.deviceId);
    if (device?.class === 'lock' && act.kind === 'lock') fake.change({ ...device, locked: act.locked });
    if (device?.class === 'garage_door' && act.kind === 'garage_door') fake.change({ ...device, position: act.open ? 'open' : 'closed' });
    if (device?.class === 'sensor' && act.kind === 'bypass') fake.change({ ...device, bypass: act.bypassed ? 'manual' : 'none' });
    if ((device?.class === 'light' || device?.class === 'switch') && act.kind === 'switch') {
      const on = act.on ?? (act.levelPercent ?? 0) > 0;
      fake.change({ ...device, on, ...(act.levelPercent === undefined ? {} : { levelPercent: act.levelPercent }) });
    }
    if (device?.class === 'thermostat' && act.kind === 'thermostat') fake.change({ ...device, ...act.change });
  });
};

/** A context whose person answers every question as told, and what was asked. */
export const fakeContext = (
  operations: VivintOperations,
  says: 'yes' | 'no' = 'no',
): { context: ToolContext<VivintOperations>; asked: ConfirmationRequest[] } => {
  const asked: ConfirmationRequest[] = [];
  const context: ToolContext<VivintOperations> = {
    operations,
    signal: new AbortController().signal,
    remainingMs: () => 45_000,
    progress: () => undefined,
    writes: createRuntime().writes,
    confirm: async (request) => {
      asked.push(request);
      if (says === 'yes') return { how: 'token' } as Awaited<ReturnType<ToolContext<VivintOperations>['confirm']>>;
      throw new ToolError({ code: 'confirmation_declined', what: 'The person said no', sideEffects: 'none' });
    },
  };
  return { context, asked };
};
