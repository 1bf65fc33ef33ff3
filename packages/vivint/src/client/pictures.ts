import { isIP } from 'node:net';
import { type Clock, inOneLine, isLoopback, isToolError, refuse } from '@switchyard-mcp/core';
import { createHttpClient, path } from '@switchyard-mcp/core/http';
import type { Camera } from '../domain/model.ts';
import type { Picture } from '../domain/operations.ts';
import { deviceAtStart, deviceRef } from '../domain/words.ts';
import type { Api } from './api.ts';
import { tlsOf } from './http-clients.ts';

export interface PictureOptions {
  readonly api: Api;
  readonly apiUrl: string;
  /** Comma list of domains; any public host when left out. */
  readonly imageHosts?: string | undefined;
  readonly caFile?: string | undefined;
  readonly clock: Clock;
  /** The camera as it is known right now; undefined when it is gone. */
  readonly cameraOf: (deviceId: string) => Camera | undefined;
  /** Throws while privacy is on. */
  readonly refuseIfPrivate: (camera: Camera) => void;
  /** Calls back when something about the homes changed. */
  readonly onChange: (listener: () => void) => () => void;
  /** Reads everything again. */
  readonly refresh: () => Promise<void>;
  readonly panelIdOf: (camera: Camera) => number;
}

export interface Pictures {
  get(camera: Camera, options: { maxAgeMs: number; waitMs: number; signal: AbortSignal }): Promise<Picture>;
}

const largestBytes = 5_000_000;
const tooLate = 'the camera sent no new picture in time';
/** The cloud takes no more requests for a camera than this. */
const askAgainMs = 10_000;

/** A name that only a machine or a home network resolves. */
const isLocalName = (host: string): boolean =>
  !host.includes('.') || /\.(?:local|localhost|internal|intranet|lan|home|arpa)\.?$/.test(host);

/**
 * May a picture be fetched from there? The cloud names the host, in an answer to our login: so any public https host will do, or
 * only those listed. Machines of the own network never, unless the cloud itself is one of them.
 */
export const isImageHost = (url: URL, imageHosts: string | undefined, apiUrl: string): boolean => {
  if (url.username || url.password) return false;
  const own = new URL(apiUrl);
  if (url.hostname === own.hostname && url.protocol === own.protocol) return true;
  if (isLoopback(own.hostname) && isLoopback(url.hostname)) return true;
  if (url.protocol !== 'https:' || isIP(url.hostname.replace(/[[\]]/g, '')) !== 0 || isLocalName(url.hostname)) return false;
  if (imageHosts === undefined) return true;
  const domains = imageHosts
    .split(',')
    .map((domain) => domain.trim().toLowerCase())
    .filter(Boolean);
  return domains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
};

/** Fetches a signed address, without any header of ours. */
const fetchSigned = async (location: string, options: PictureOptions, signal: AbortSignal): Promise<Uint8Array> => {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (url === undefined || !isImageHost(url, options.imageHosts, options.apiUrl))
    throw refuse(
      'permission_denied',
      `The picture is on ${url === undefined ? 'an address that is none' : url.hostname}, which this server may not talk to, so it was not fetched.`,
      { next: [options.imageHosts === undefined ? 'Try again in a minute.' : 'Add its domain to VIVINT_IMAGE_HOSTS if it is right.'] },
    );
  const http = createHttpClient({ baseUrl: url.origin, maxBytes: largestBytes, ...tlsOf({ caFile: options.caFile }) });
  try {
    const answer = await http.request({
      path: `${url.pathname}${url.search}`,
      accept: 'bytes',
      redirect: 'manual',
      signal,
      timeoutMs: 15_000,
    });
    if (answer.status !== 200 || answer.body === undefined)
      throw refuse('upstream_error', `The picture could not be fetched: its host answered ${answer.status}.`, {
        next: ['Try again in a minute.'],
      });
    return answer.body;
  } finally {
    await http.close();
  }
};

export const createPictures = (options: PictureOptions): Pictures => {
  const { api, clock } = options;
  /** When a camera was last asked, and which picture it had then. */
  const asked = new Map<string, { readonly at: number; readonly had: number }>();
  const baseOf = (camera: Camera): string => path`/${options.panelIdOf(camera)}/${camera.partitionId}/${camera.number}`;

  /** Waits until the camera's last picture is newer than `than`. */
  const untilNewer = async (
    camera: Camera,
    than: number,
    { waitMs, signal }: { waitMs: number; signal: AbortSignal },
  ): Promise<boolean> => {
    const isNewer = (): boolean => (options.cameraOf(camera.deviceId)?.pictureAt ?? 0) > than;
    const end = clock.now() + waitMs;
    const done = new AbortController();
    const stop = options.onChange(() => {
      if (isNewer()) done.abort();
    });
    try {
      while (!isNewer() && clock.now() < end && !signal.aborted && !done.signal.aborted) {
        await clock.wait(Math.min(2000, Math.max(1, end - clock.now())), AbortSignal.any([signal, done.signal]));
        // The push may not come; the document tells as well.
        if (!isNewer()) await options.refresh().catch(() => undefined);
      }
      return isNewer();
    } finally {
      stop();
    }
  };

  const askForNew = async (camera: Camera, wait: { waitMs: number; signal: AbortSignal }): Promise<string | undefined> => {
    const had = camera.pictureAt ?? 0;
    if (camera.online === false) return 'the camera is offline';
    const before = asked.get(camera.deviceId);
    if (before !== undefined && clock.now() - before.at < askAgainMs) {
      if (had > before.had) return 'a camera is asked once in 10 s, and this one came of the request before';
      return (await untilNewer(camera, before.had, wait)) ? undefined : tooLate;
    }
    try {
      await api.request({ path: `${baseOf(camera)}/request-camera-thumbnail`, signal: wait.signal, doing: 'Asking for a new picture' });
    } catch (error) {
      if (!isToolError(error) || error.fields.code === 'cancelled') throw error;
      return `a new one could not be asked for: ${inOneLine(error.fields)}`;
    }
    asked.set(camera.deviceId, { at: clock.now(), had });
    return (await untilNewer(camera, had, wait)) ? undefined : tooLate;
  };

  return {
    get: async (wanted, { maxAgeMs, waitMs, signal }) => {
      const camera = options.cameraOf(wanted.deviceId) ?? wanted;
      options.refuseIfPrivate(camera);
      const fresh = camera.pictureAt !== undefined && clock.now() - camera.pictureAt <= maxAgeMs;
      const note = fresh ? undefined : await askForNew(camera, { waitMs, signal });
      const now = options.cameraOf(camera.deviceId);
      // It may have been switched on while the new picture was waited for.
      if (now !== undefined) options.refuseIfPrivate(now);
      const takenAt = now?.pictureAt;
      if (takenAt === undefined)
        throw refuse('upstream_unavailable', `${deviceAtStart(camera)} has no picture, and ${note ?? 'none came'}.`, {
          next: ['Check that the camera is online.'],
        });
      const answer = await api.request({
        path: `${baseOf(camera)}/camera-thumbnail`,
        query: { time: takenAt },
        redirect: 'manual',
        signal,
        doing: `Reading the picture of ${deviceRef(camera)}`,
      });
      const location = answer.headers['location'];
      if (location === undefined)
        throw refuse('upstream_error', 'Vivint gave no address for the picture.', { next: ['Try again in a minute.'] });
      const bytes = await fetchSigned(location, options, signal);
      return { bytes, takenAt, ...(note === undefined ? {} : { note }) };
    },
  };
};
