import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { orAborted, type Runtime, refuse, type SettingsOf, within } from '@switchyard-mcp/core';
import type { HomeAssistantSettings } from '../config.ts';
import type { Home, Service } from '../domain/model.ts';
import { baseAddress } from './address.ts';
import { authRequired } from './connect-error.ts';
import { createHomeBuilder } from './home-builder.ts';
import { createPolling } from './integrations.ts';
import { cancelledError } from './map-error.ts';
import type { Policy } from './policy.ts';
import { createRegistries, givenUp, type Registries } from './registries.ts';
import { createRestApi, type RestApi } from './rest.ts';
import { createServiceList } from './services.ts';
import { createHomeSocket, type HomeSocket } from './socket.ts';
import { spareMemory } from './spare-memory.ts';
import type { StateCache } from './state-cache.ts';

/** Everything that is there once address and token are known. */
export interface Connection {
  readonly socket: HomeSocket;
  readonly registries: Registries;
  /** Made on first use: most sessions never need it. */
  rest(): RestApi;
  services(signal: AbortSignal): Promise<readonly Service[]>;
  /** Does this integration only ask its devices now and then? */
  polls(platform: string, signal: AbortSignal): Promise<boolean>;
  /** Current picture; connects, subscribes and reads the registries when that has not been done. */
  home(signal: AbortSignal): Promise<Home>;
  close(): Promise<void>;
}

const snapshotMs = 30_000;

/** Missing settings end here, with the command that mends it. */
const requireSettings = (settings: SettingsOf<HomeAssistantSettings>, command: string): { base: string; token: string } => {
  const { url, token } = settings;
  const base = url === undefined ? undefined : baseAddress(url);
  if (base !== undefined && token !== undefined && token !== '') return { base, token };
  throw authRequired([...(base === undefined ? (['url'] as const) : []), ...(token ? [] : (['token'] as const))], command);
};

const isCertificate = (text: string): boolean => {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
};

const readCa = async (path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  const next = ['Check HOMEASSISTANT_CA_FILE: it must be the path of a readable PEM file with a certificate.'];
  const text = await readFile(path, 'utf8').catch(() => {
    throw refuse('upstream_unavailable', 'The CA certificate file could not be read.', { next });
  });
  if (isCertificate(text)) return text;
  // Node would take it, trust nobody, and blame the certificate of Home Assistant.
  throw refuse('upstream_unavailable', `${path} holds no certificate.`, { next });
};

/** Subscribes to states and registries once, whoever asks first. */
const createStarter = (socket: HomeSocket, cache: StateCache, registries: Registries): ((signal: AbortSignal) => Promise<void>) => {
  const own = new AbortController();
  let started: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    const states = socket.subscribe({ type: 'subscribe_entities' }, cache.apply, {
      signal: own.signal,
      doing: 'Reading all states',
      timeoutMs: snapshotMs,
      lasting: true,
      starting: cache.expectSnapshot,
    });
    // Side by side: in a large home the answers take seconds to write, and need not wait for one another.
    const [stop, watched] = await Promise.allSettled([states, registries.watch(own.signal)]);
    if (stop.status === 'rejected') throw stop.reason;
    spareMemory();
    if (watched.status === 'fulfilled') return;
    stop.value();
    throw watched.reason;
  };
  socket.onReconnect(registries.outdate);
  return async (signal) => {
    started ??= start().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    await orAborted(started, signal, () => givenUp(signal));
  };
};

/** Opens nothing yet: the first use connects. */
export const createConnection = async (
  settings: SettingsOf<HomeAssistantSettings>,
  runtime: Runtime,
  policy: Policy,
  cache: StateCache,
): Promise<Connection> => {
  const { base, token } = requireSettings(settings, runtime.command);
  const { clock, command, log, writes } = runtime;
  const ca = await readCa(settings.caFile);
  const access = { base, token, ...(settings.insecureTls === true ? { insecureTls: true } : {}) };
  const socket = createHomeSocket({ ...access, ...(ca === undefined ? {} : { ca }), command, log, writes, clock });
  const registries = createRegistries(socket, clock, log);
  const start = createStarter(socket, cache, registries);
  const build = createHomeBuilder(cache, registries, policy);
  let rest: RestApi | undefined;

  const home = async (signal: AbortSignal): Promise<Home> => {
    await socket.alive(signal);
    // Sent in this order, so Core watches the registries before it reads them and no change slips between.
    await within({ clock, ms: snapshotMs, signal }, (limit) =>
      Promise.all([
        start(signal),
        registries.refresh(signal),
        cache.synced(limit.signal).catch(() => {
          throw cancelledError(limit.signal, 'Reading all states', 'none');
        }),
      ]),
    );
    return build();
  };

  return {
    socket,
    registries,
    rest: () => {
      rest ??= createRestApi({
        ...access,
        ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }),
        warn: log.warn,
        writes,
        clock,
      });
      return rest;
    },
    services: createServiceList(socket, clock),
    polls: createPolling(socket),
    home,
    close: async () => {
      registries.close();
      socket.close();
      await rest?.close();
    },
  };
};
