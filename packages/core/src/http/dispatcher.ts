import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { buildConnector, Dispatcher } from 'undici';
import { refuse } from '../errors/tool-error.ts';

export interface TlsOptions {
  /** PEM file with the authorities to trust instead of the built-in ones. */
  readonly caFile?: string;
  /** Check nothing. For experiments. */
  readonly insecure?: boolean;
}

export interface DispatcherOptions {
  readonly tls?: TlsOptions;
  /** Address of an HTTP proxy. */
  readonly proxy?: string;
  readonly warn?: (message: string) => void;
}

const readAuthorities = (path: string): string => {
  try {
    const text = readFileSync(path, 'utf8');
    new X509Certificate(text);
    return text;
  } catch {
    throw refuse('invalid_input', `The CA file ${path} cannot be used.`, { next: ['Point it at a readable PEM file with a certificate.'] });
  }
};

const connectTimeoutMs = 5_000;

const connectOptions = (tls: TlsOptions, warn: DispatcherOptions['warn']): buildConnector.BuildOptions => {
  const base = { timeout: connectTimeoutMs };
  if (tls.insecure) {
    warn?.('TLS certificates are not checked: anyone on the network can read and change what is sent. Set a CA certificate file instead.');
    return { ...base, rejectUnauthorized: false };
  }
  return tls.caFile === undefined ? base : { ...base, ca: readAuthorities(tls.caFile) };
};

/** undici's dispatcher for one upstream. undici itself is loaded here, at the first request. */
export const createDispatcher = async ({ tls = {}, proxy, warn }: DispatcherOptions): Promise<Dispatcher> => {
  const module = await import('undici');
  // A bundler gives a CommonJS module as its default alone; Node names its exports as well.
  const { Agent, ProxyAgent } = 'Agent' in module ? module : (module as { default: typeof module }).default;
  const connect = connectOptions(tls, warn);
  const timeouts = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
  if (proxy !== undefined) return new ProxyAgent({ uri: proxy, requestTls: connect, ...timeouts });
  return new Agent({ connect, ...timeouts });
};
