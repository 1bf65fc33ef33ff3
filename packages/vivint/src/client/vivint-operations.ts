import { type Runtime, refuse, type SettingsOf, type ToolError } from '@switchyard-mcp/core';
import type { VivintSettings } from '../config.ts';
import { type Act, needsApproval, verbOf } from '../domain/acts.ts';
import { gapAt } from '../domain/gaps.ts';
import type { Camera, House } from '../domain/model.ts';
import type { Span, VivintOperations } from '../domain/operations.ts';
import { deviceAtStart, deviceRef } from '../domain/words.ts';
import { createBackgroundRefresh } from './background-refresh.ts';
import { commandOf } from './commands.ts';
import { connectApi } from './connect-api.ts';
import { collectEvents, type HistoryGate } from './event-log.ts';
import { createGuard, type Target } from './guard.ts';
import { createHouseCache } from './house-cache.ts';
import { fileJournal, memoryJournal } from './journal.ts';
import { createPictures } from './pictures.ts';
import { createPolicy } from './policy.ts';
import { createWhoArmed } from './who-armed.ts';

/** While the stream lives, a whole read may be this old; without it, every read asks the cloud. */
const liveMs = 5 * 60_000;
/** Within one call, what was read at its beginning. */
const sameCallMs = 5_000;

const privacyOn = (camera: Camera): ToolError =>
  refuse('permission_denied', `${deviceAtStart(camera)} has privacy on, so there is no picture.`, {
    next: ['Only a person can end the privacy, in the Vivint app.'],
  });

/** What was so a while ago is not good enough to look into a room. */
const privacyUnknown = (camera: Camera): ToolError =>
  refuse('upstream_unavailable', `Whether ${deviceRef(camera)} has privacy on could not be read, so there is no picture.`, {
    next: ['Try again in a minute.'],
    retryable: true,
  });

const notSeen = (act: Act, why: string): ToolError =>
  refuse('upstream_unavailable', `${verbOf(act)} needs the present state, which could not be read.`, {
    why,
    next: ['Try again in a minute.'],
    retryable: true,
  });

/** The operations of one account. Nothing is sent before the first call. */
export const createVivintOperations = (settings: SettingsOf<VivintSettings>, runtime: Runtime): VivintOperations => {
  const policy = createPolicy({ ...settings, level: runtime.level });
  const { clock, log } = runtime;
  const { api, apiUrl, streamHttp, storage, ...connected } = connectApi(settings, runtime);
  const openJournal = (account: string) =>
    storage === undefined ? memoryJournal() : fileJournal(storage, account, { clock, warn: log.warn });
  const cache = createHouseCache({ api, clock, policy, openJournal });
  const live = settings.live !== 'off';
  const background = createBackgroundRefresh({ cache, clock, streamHttp, live });
  const guard = createGuard(policy, { now: () => clock.now(), accepts: runtime.approvals.accepts });
  const gate: HistoryGate = new Map();
  const collect = (span: Span, signal: AbortSignal) => collectEvents({ api, cache, gate, now: clock.now() }, span, signal);
  const whoArmed = createWhoArmed(collect, () => clock.now());

  const house: VivintOperations['house'] = async (signal, options = {}) => {
    const maxAgeMs = options.maxAgeMs ?? (cache.stream === 'live' ? liveMs : 0);
    const picture = await cache.house(maxAgeMs, signal, options.maxAgeMs !== 0);
    background.touch();
    return picture;
  };

  const asJustRead = (signal: AbortSignal): Promise<House> => house(signal, cache.stream === 'live' ? {} : { maxAgeMs: sameCallMs });

  /** What an act is checked against. One that opens something is not checked against what was true a while ago. */
  const houseFor = async (act: Act, signal: AbortSignal): Promise<House> => {
    if (!needsApproval(act)) return asJustRead(signal);
    const now = await house(signal, { maxAgeMs: 0 });
    if (now.stale !== undefined) throw notSeen(act, now.stale.why);
    return now;
  };

  const addressOf = ({ system, device, partition }: Target) => {
    const holder = cache.holders.find(({ systemId }) => systemId === system.systemId);
    const number = device?.number;
    return {
      panelId: holder?.panelId ?? 0,
      partitionId: device?.partitionId ?? partition?.partitionId ?? 1,
      ...(number === undefined ? {} : { number, raw: holder?.rawDevice(number, device?.partitionId ?? 1) ?? {} }),
    };
  };

  const pictures = createPictures({
    api,
    apiUrl,
    imageHosts: settings.imageHosts,
    caFile: settings.caFile,
    clock,
    refuseIfPrivate: (camera) => {
      if (camera.privacy === true) throw privacyOn(camera);
    },
    cameraOf: (deviceId) => {
      const found = cache.holders.flatMap((holder) => holder.picture().devices).find((device) => device.deviceId === deviceId);
      return found?.class === 'camera' ? found : undefined;
    },
    onChange: cache.onChange,
    refresh: cache.refresh,
    panelIdOf: (camera) => cache.holders.find(({ systemId }) => systemId === camera.systemId)?.panelId ?? 0,
  });

  const operations: VivintOperations = {
    house,
    events: async (span, signal) => {
      await asJustRead(signal);
      return collect(span, signal);
    },
    lastArming: async (systemId, partitionId, signal) => {
      const known = await asJustRead(signal);
      const system = known.systems.find((one) => one.systemId === systemId);
      const partition = system?.partitions.find((one) => one.partitionId === partitionId);
      if (partition === undefined) return {};
      // Once the time of the call is over nothing more is asked: the answer goes out with what is known.
      if (signal.aborted) return partition;
      return whoArmed.find(partition, signal);
    },
    picture: async (camera, options) => {
      const now = await house(options.signal, { maxAgeMs: 0 });
      if (now.stale !== undefined || gapAt(now, camera.systemId, camera.partitionId) !== undefined) throw privacyUnknown(camera);
      return pictures.get(camera, options);
    },
    check: async (acts, askSignal) => {
      const known = await cache.house(Number.POSITIVE_INFINITY, askSignal);
      let ahead = 0;
      for (const act of acts) {
        guard.preview(act, known, ahead);
        if (needsApproval(act)) ahead += 1;
      }
    },
    perform: async (act, { approval, signal }) => {
      const target = guard.check(act, approval, await houseFor(act, signal));
      const command = commandOf(act, addressOf(target));
      if (act.kind !== 'arm') cache.noteCommand(act.deviceId);
      await api.request({
        method: 'PUT',
        ...command,
        signal,
        doing: `${verbOf(act)} ${target.device ? deviceRef(target.device) : target.system.systemId}`,
      });
    },
    onChange: (listener) => {
      const sleepAgain = background.watch();
      const stop = cache.onChange(listener);
      return () => {
        stop();
        sleepAgain();
      };
    },
    clock,
    close: async () => {
      // Ending the requests at once: a poll may otherwise be waited for.
      await Promise.all([background.close(), connected.close()]);
    },
  };
  return operations;
};
