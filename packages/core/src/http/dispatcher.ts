import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TLSSocket } from 'node:tls';
import type { buildConnector, Dispatcher } from 'undici';
import { ToolError } from '../errors/tool-error.ts';
import { wrongFingerprint } from './http-error.ts';

export interface TlsOptions {
  /** PEM file with the authorities to trust instead of the built-in ones. */
  readonly caFile?: string;
  /** SHA-256 of the server's certificate, hex with or without colons. Takes the place of every other check. */
  readonly fingerprint?: string;
  /** Check nothing. For experiments. */
  readonly insecure?: boolean;
}

export interface DispatcherOptions {
  readonly tls?: TlsOptions;
  /** Address of an HTTP proxy. */
  readonly proxy?: string;
  readonly warn?: (message: string) => void;
}

const wrongSetting = (what: string, next: string): ToolError =>
  new ToolError({ code: 'invalid_input', what, next: [next], sideEffects: 'none' });

const readAuthorities = (path: string): string => {
  try {
    const text = readFileSync(path, 'utf8');
    new X509Certificate(text);
    return text;
  } catch {
    throw wrongSetting(`The CA file ${path} cannot be used.`, 'Point it at a readable PEM file with a certificate.');
  }
};

const plainFingerprint = (text: string): string => {
  const hex = text
    .replace(/^sha-?256[:=]?/i, '')
    .replaceAll(/[:\s]/g, '')
    .toUpperCase();
  if (/^[0-9A-F]{64}$/.test(hex)) return hex;
  throw wrongSetting('The TLS fingerprint cannot be used.', 'Give the SHA-256 fingerprint: 64 hex digits, colons allowed.');
};

const connectTimeoutMs = 5_000;

const connectOptions = (tls: TlsOptions, warn: DispatcherOptions['warn']): buildConnector.BuildOptions => {
  const base = { timeout: connectTimeoutMs };
  if (tls.fingerprint !== undefined) return { ...base, rejectUnauthorized: false, maxCachedSessions: 0 };
  if (tls.insecure) {
    warn?.('TLS certificates are not checked: anyone on the network can read and change what is sent. Pin the fingerprint instead.');
    return { ...base, rejectUnauthorized: false };
  }
  return tls.caFile === undefined ? base : { ...base, ca: readAuthorities(tls.caFile) };
};

/** A connector that gives a socket out only when its certificate is the pinned one, before a byte of ours is sent. */
const pinned = (connect: buildConnector.connector, fingerprint: string): buildConnector.connector => {
  const wanted = plainFingerprint(fingerprint);
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (socket === null) return callback(error ?? new Error('no socket'), null);
      const seen = 'getPeerCertificate' in socket ? (socket as TLSSocket).getPeerCertificate().fingerprint256 : undefined;
      if (options.protocol !== 'https:' || seen?.replaceAll(':', '') === wanted) return callback(null, socket);
      socket.destroy();
      callback(Object.assign(new Error('the certificate is not the pinned one'), { code: wrongFingerprint }), null);
    });
};

/** undici's dispatcher for one upstream. undici itself is loaded here, at the first request. */
export const createDispatcher = async ({ tls = {}, proxy, warn }: DispatcherOptions): Promise<Dispatcher> => {
  const module = await import('undici');
  // A bundler gives a CommonJS module as its default alone; Node names its exports as well.
  const { Agent, ProxyAgent, buildConnector: build } = 'Agent' in module ? module : (module as { default: typeof module }).default;
  const connect = connectOptions(tls, warn);
  const timeouts = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
  if (proxy !== undefined) {
    if (tls.fingerprint !== undefined)
      throw wrongSetting('A TLS fingerprint cannot be pinned through a proxy.', 'Use a CA file, or no proxy.');
    return new ProxyAgent({ uri: proxy, requestTls: connect, ...timeouts });
  }
  return new Agent({ connect: tls.fingerprint === undefined ? connect : pinned(build(connect), tls.fingerprint), ...timeouts });
};
