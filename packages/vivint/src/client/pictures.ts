import { isIP } from 'node:net';
import { ToolError } from '@switchyard-mcp/core';
import { createHttpClient, path } from '@switchyard-mcp/core/http';
import { isLoopback } from '../config.ts';
import type { Camera } from '../domain/model.ts';
import type { Picture } from '../domain/operations.ts';
import { deviceRef } from '../domain/words.ts';
import type { Api } from './api.ts';
import type { Clock } from './clock.ts';

export interface PictureOptions {
  readonly api: Api;
  readonly apiUrl: string;
  /** Comma list of domains. */
  readonly imageHosts: string;
  readonly caFile?: string | undefined;
  readonly clock: Clock;
  /** The camera as it is known right now; undefined when it is gone. */
  readonly cameraOf: (deviceId: string) => Camera | undefined;
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
/** The cloud takes no more requests for a camera than this. */
const askAgainMs = 10_000;

const refuse = (
  code: 'upstream_error' | 'upstream_unavailable' | 'permission_denied' | 'unsupported',
  what: string,
  next: string,
): ToolError => new ToolError({ code, what, next: [next], sideEffects: 'none' });

/** May a picture be fetched from there? Only https to listed domains; a server on this machine may send to itself. */
export const isImageHost = (url: URL, imageHosts: string, apiUrl: string): boolean => {
  if (url.username || url.password) return false;
  const own = new URL(apiUrl).hostname;
  if (isLoopback(own) && isLoopback(url.hostname)) return true;
  if (url.protocol !== 'https:' || isIP(url.hostname.replace(/[[\]]/g, '')) !== 0) return false;
  const domains = imageHosts
    .split(',')
    .map((domain) => domain.trim().toLowerCase())
    .filter(Boolean);
  return [own, ...domains].some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`));
};

/** Fetches a signed address, without any header of ours. */
const fetchSigned = async (location: string, options: PictureOptions, signal: AbortSignal): Promise<Uint8Array> => {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (url === undefined || !isImageHost(url, options.imageHosts, options.apiUrl))
    throw refuse(
      'permission_denied',
      `The picture lies on a host that is not on the list${url === undefined ? '' : ` (${url.hostname})`}, so it was not fetched`,
      'add its domain to VIVINT_IMAGE_HOSTS if it is right.',
    );
  const tls = options.caFile === undefined ? {} : { tls: { caFile: options.caFile } };
  const http = createHttpClient({ baseUrl: url.origin, maxBytes: largestBytes, ...tls });
  try {
    const answer = await http.request({
      path: `${url.pathname}${url.search}`,
      accept: 'bytes',
      redirect: 'manual',
      signal,
      timeoutMs: 15_000,
    });
    if (answer.status !== 200 || answer.body === undefined)
      throw refuse('upstream_error', `The picture could not be fetched: its host answered ${answer.status}`, 'try again in a minute.');
    return answer.body;
  } finally {
    await http.close();
  }
};

export const createPictures = (options: PictureOptions): Pictures => {
  const { api, clock } = options;
  const askedAt = new Map<string, number>();
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
    const last = camera.pictureAt ?? 0;
    if (camera.online === false) return 'the camera is offline';
    if (clock.now() - (askedAt.get(camera.deviceId) ?? 0) >= askAgainMs) {
      askedAt.set(camera.deviceId, clock.now());
      await api.request({ path: `${baseOf(camera)}/request-camera-thumbnail`, signal: wait.signal, doing: 'Asking for a new picture' });
    }
    return (await untilNewer(camera, last, wait)) ? undefined : 'the camera sent no new picture in time';
  };

  return {
    get: async (camera, { maxAgeMs, waitMs, signal }) => {
      const fresh = camera.pictureAt !== undefined && clock.now() - camera.pictureAt <= maxAgeMs;
      const note = fresh ? undefined : await askForNew(camera, { waitMs, signal });
      const takenAt = options.cameraOf(camera.deviceId)?.pictureAt;
      if (takenAt === undefined)
        throw refuse(
          'upstream_unavailable',
          `${deviceRef(camera)} has no picture, and ${note ?? 'none came'}`,
          'check that the camera is online.',
        );
      const answer = await api.request({
        path: `${baseOf(camera)}/camera-thumbnail`,
        query: { time: takenAt },
        redirect: 'manual',
        signal,
        doing: `Reading the picture of ${deviceRef(camera)}`,
      });
      const location = answer.headers['location'];
      if (location === undefined) throw refuse('upstream_error', 'Vivint gave no address for the picture', 'try again in a minute.');
      const bytes = await fetchSigned(location, options, signal);
      return { bytes, takenAt, ...(note === undefined ? {} : { note }) };
    },
  };
};
