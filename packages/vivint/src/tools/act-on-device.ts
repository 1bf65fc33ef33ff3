import { type Approval, type Reached, refuse, type ToolContext, timePolicy, watchMs } from '@switchyard-mcp/core';
import type { Act } from '../domain/acts.ts';
import { carryOut } from '../domain/carry-out.ts';
import { findDevice } from '../domain/find.ts';
import { gapAt } from '../domain/gaps.ts';
import type { Device, DeviceClass, House, System } from '../domain/model.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { deviceWords } from '../domain/words.ts';
import { type ActRow, noteOf } from '../format/act-reply.ts';

type Context = ToolContext<VivintOperations>;

/** One thing to be done to one device. */
export interface Aim<D extends Device = Device> {
  readonly device: D;
  readonly act: Act;
  /** Is it so already? */
  readonly already: boolean;
  readonly reached: (device: D) => Reached;
  /** What to say when `reached` sees that it cannot be. */
  readonly failed?: string;
  /** The state in its rows, where a few words do not show what was asked. */
  readonly words?: (device: D, unit: 'C' | 'F') => string;
}

/** The home as it is right now; an act on an old picture would be an act in the dark. */
export const freshHouse = async ({ operations, signal }: Context): Promise<House> => {
  const house = await operations.house(signal, { maxAgeMs: 0 });
  if (house.stale === undefined) return house;
  throw refuse('upstream_unavailable', 'The present state could not be read.', {
    why: house.stale.why,
    retryable: true,
    next: ['Try again in a minute.'],
  });
};

export const systemOfDevice = (house: House, device: Device): System | undefined =>
  house.systems.find(({ systemId }) => systemId === device.systemId);

const deviceIn = (house: House, id: string): Device | undefined =>
  // What could not be read just now proves nothing.
  house.systems
    .flatMap(({ devices }) => devices)
    .find(({ deviceId, systemId, partitionId }) => deviceId === id && gapAt(house, systemId, partitionId) === undefined);

/** The devices meant, each once, all found before anything is sent. */
export const devicesMeant = (
  house: House,
  wanted: readonly string[],
  where: { readonly classes: readonly DeviceClass[]; readonly system?: string | undefined },
): readonly Device[] => [
  ...new Map(wanted.map((text) => findDevice(house, text, where)).map((device) => [device.deviceId, device])).values(),
];

/** What a device that is offline would swallow without a word. */
const isDeaf = (device: Device): boolean => device.online === false;

const wordsOf = (house: House, device: Device, words: Aim['words'] = deviceWords): string =>
  words(device, systemOfDevice(house, device)?.temperatureUnit ?? 'C');

const carryOne = async (
  house: House,
  aim: Aim,
  { context, approval, waitMs }: { context: Context; approval: Approval | undefined; waitMs: number },
): Promise<ActRow> => {
  const { device } = aim;
  const before = wordsOf(house, device, aim.words);
  const row = { id: device.deviceId, name: device.name, before };
  if (isDeaf(device)) return { ...row, after: before, ending: 'failed', note: 'it is offline, so nothing was sent' };
  if (aim.already && gapAt(house, device.systemId, device.partitionId) !== undefined)
    return { ...row, after: 'unknown', ending: 'failed', note: 'its present state could not be read, so nothing was sent' };
  if (aim.already) return { ...row, after: before, ending: 'unchanged' };
  const outcome = await carryOut(context.operations, {
    act: aim.act,
    approval,
    waitMs,
    signal: context.signal,
    reached: (now) => {
      const found = deviceIn(now, device.deviceId);
      return found === undefined ? 'no' : aim.reached(found);
    },
  });
  const now = outcome.state === undefined ? undefined : deviceIn(outcome.state, device.deviceId);
  const after =
    outcome.state === undefined || now === undefined
      ? outcome.outcome === 'refused'
        ? before
        : 'unknown'
      : wordsOf(outcome.state, now, aim.words);
  return {
    ...row,
    after,
    ending: outcome.outcome,
    note: noteOf(outcome, aim.failed),
    ...(outcome.outcome === 'refused' && outcome.error ? { error: outcome.error } : {}),
  };
};

/** Carries aims out one after the other, and says of each what was seen. */
export const carryOutAll = async (
  house: House,
  aims: readonly Aim[],
  { context, approval, waitSeconds }: { context: Context; approval?: Approval | undefined; waitSeconds: number },
): Promise<readonly ActRow[]> => {
  const rows: ActRow[] = [];
  for (const aim of aims) {
    const waitMs = watchMs(context, waitSeconds * 1000);
    const over = context.signal.aborted ? 'was cancelled' : context.remainingMs() <= timePolicy.replyMs ? 'ran out of time' : undefined;
    if (rows.length > 0 && over !== undefined) {
      const before = wordsOf(house, aim.device, aim.words);
      rows.push({
        id: aim.device.deviceId,
        name: aim.device.name,
        before,
        after: before,
        ending: 'failed',
        note: `not sent: the call ${over}`,
      });
      continue;
    }
    rows.push(await carryOne(house, aim, { context, approval, waitMs }));
  }
  const [only] = rows;
  // One target that was refused is an error of its own, not a row.
  if (rows.length === 1 && only?.error !== undefined) throw only.error;
  return rows;
};

/** The state that a confirmation is bound to: what the person was shown. */
export const shownState = (devices: readonly Device[]): unknown =>
  devices.map((device) => [device.deviceId, deviceWords(device), device.online ?? null]);
