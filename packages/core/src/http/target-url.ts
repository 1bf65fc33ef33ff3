import { refuse } from '../errors/tool-error.ts';
import { checkPath } from './path.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>;

/** Reads a base address: http or https, without a user, a query or a fragment. */
export const parseBaseUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw refuse('invalid_input', 'The address is not a URL.', { next: ['Give it as https://host:port.'] });
  }
  if (url.username || url.password)
    throw refuse('invalid_input', 'The address holds a user or password.', { next: ['Put credentials into their own settings.'] });
  url.search = '';
  url.hash = '';
  return url;
};

const allowed = (url: URL, base: URL, hosts: readonly string[]): boolean => url.host === base.host || hosts.includes(url.host);

const absolute = (path: string, base: URL, hosts: readonly string[]): URL => {
  if (!URL.canParse(path))
    throw refuse('invalid_input', 'That is not a valid address.', { next: ['Use an address of the configured system.'] });
  const url = new URL(path);
  if (!['http:', 'https:'].includes(url.protocol) || url.username || url.password || !allowed(url, base, hosts)) {
    throw refuse('invalid_input', `${url.host || 'That address'} is not one of the hosts this server may talk to.`, {
      next: ['Use an address of the configured system.'],
    });
  }
  // A request to a host of https must not slip down to http.
  if (base.protocol === 'https:' && url.protocol !== 'https:')
    throw refuse('invalid_input', 'That address is not encrypted.', { next: ['Use https://.'] });
  return url;
};

/** The address of a request: `path` below the base address, or a full address whose host (with port) is on the list. */
export const targetUrl = (base: URL, path: string, query: Query = {}, hosts: readonly string[] = []): URL => {
  let url: URL;
  if (/^https?:\/\//i.test(path)) url = absolute(path, base, hosts);
  else {
    checkPath(path);
    url = new URL(base.pathname.replace(/\/+$/, '') + path, base);
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) for (const one of [value].flat()) url.searchParams.append(name, String(one));
  }
  return url;
};
