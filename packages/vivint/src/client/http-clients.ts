import type { SettingsOf } from '@switchyard-mcp/core';
import { createHttpClient } from '@switchyard-mcp/core/http';
import { usualUrls, type VivintSettings } from '../config.ts';
import { version } from '../version.ts';

/** Walls in front of clouds turn away who does not say what it is. */
const headers = () => ({ 'user-agent': `switchyard-vivint/${version}` });

/** Whose certificates are believed. */
export const tlsOf = ({ caFile }: Partial<SettingsOf<VivintSettings>>): { readonly tls?: { readonly caFile: string } } =>
  caFile === undefined ? {} : { tls: { caFile } };

/** One client for each host. Logins and polls are never repeated by themselves. */
export const createHttpClients = (settings: Partial<SettingsOf<VivintSettings>>, warn: (message: string) => void = () => undefined) => {
  const apiUrl = settings.apiUrl ?? usualUrls.api;
  const common = { headers, warn, ...tlsOf(settings) };
  return {
    apiUrl,
    login: createHttpClient({ baseUrl: settings.loginUrl ?? usualUrls.login, attempts: 1, ...common }),
    http: createHttpClient({ baseUrl: apiUrl, ...common }),
    streamHttp: createHttpClient({ baseUrl: settings.streamUrl ?? usualUrls.stream, attempts: 1, ...common }),
  };
};
