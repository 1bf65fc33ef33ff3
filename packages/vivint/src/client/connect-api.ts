import type { Runtime, RuntimeStorage, SettingsOf } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import type { VivintSettings } from '../config.ts';
import { type Api, createApi } from './api.ts';
import { apiHoldOff, createApiHold } from './hold-offs.ts';
import { createHttpClients } from './http-clients.ts';
import { createVivintSession, type VivintSession } from './session.ts';

/** The API of one account with its login. */
export interface ConnectedApi {
  readonly api: Api;
  readonly apiUrl: string;
  readonly session: VivintSession;
  readonly streamHttp: HttpClient;
  /** Where the login and events are stored; absent: in memory. */
  readonly storage: RuntimeStorage | undefined;
  close(): Promise<void>;
}

/** Nothing is read or sent before the first request. */
export const connectApi = (settings: SettingsOf<VivintSettings>, runtime: Runtime): ConnectedApi => {
  const { clock, log, secrets, writes, command } = runtime;
  const storage = settings.tokenStore === 'memory' ? undefined : runtime.storage;
  const { login, http, streamHttp, apiUrl } = createHttpClients(settings, log.warn);
  const session = createVivintSession({
    ...settings,
    http: login,
    clock,
    storage,
    holdOffStorage: runtime.storage,
    command,
    secrets,
    log,
  });
  const hold = createApiHold(apiHoldOff(runtime.storage, apiUrl, clock), clock);
  return {
    api: createApi({ http, session, clock, hold, writes }),
    apiUrl,
    session,
    streamHttp,
    storage,
    close: async () => {
      await Promise.all([streamHttp.close(), http.close(), login.close()]);
    },
  };
};
