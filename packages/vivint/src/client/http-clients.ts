import type { SettingsOf } from '@switchyard-mcp/core';
import { createHttpClient } from '@switchyard-mcp/core/http';
import { usualUrls, type VivintSettings } from '../config.ts';
import { version } from '../version.ts';

/** Walls in front of clouds turn away who does not say what it is. */
const headers = () => ({ 'user-agent': `switchyard-vivint/${version}` });

/** One client for each host. Logins and polls are never repeated by themselves. */
export const createHttpClients = (settings: Partial<SettingsOf<VivintSettings>>, warn: (message: string) => void = () => undefined) => {
  const apiUrl = settings.apiUrl ?? usualUrls.api;
  const shared = { headers, warn, ...(settings.caFile === undefined ? {} : { tls: { caFile: settings.caFile } }) };
  return {
    apiUrl,
    login: createHttpClient({ baseUrl: settings.loginUrl ?? usualUrls.login, attempts: 1, ...shared }),
    http: createHttpClient({ baseUrl: apiUrl, ...shared }),
    streamHttp: createHttpClient({ baseUrl: settings.streamUrl ?? usualUrls.stream, attempts: 1, ...shared }),
  };
};
