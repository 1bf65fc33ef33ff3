import type { Clock, ToolError } from '@switchyard-mcp/core';
import { socketAddress } from './address.ts';
import { authFailed, connectError, upgradeError } from './connect-error.ts';
import { type Frame, framesOf } from './frame.ts';

export interface LinkOptions {
  /** Base address without credentials, see baseAddress. */
  readonly base: string;
  readonly token: string;
  /** PEM text of the authorities to trust instead of the built-in ones. */
  readonly ca?: string;
  readonly insecureTls?: boolean;
  /** Command line of this server, for error texts. */
  readonly command: string;
  readonly connectTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly pongMs: number;
  readonly clock: Clock;
}

/** One signed-in connection. It never comes back after its end. */
export interface Link {
  send(message: Frame): void;
  close(): void;
  /** The other side is gone, though the connection does not say so: ends it as if it had. */
  drop(why: string): void;
}

export interface LinkEvents {
  frames(frames: readonly Frame[]): void;
  /** Called once, after the sign-in succeeded and the connection ended; `why` when the reason is known. */
  ended(why?: string): void;
  /** A heartbeat is due: the owner sends a ping of its own numbering. */
  ping(): void;
}

const isThisMachine = (base: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(base).hostname);

const maxPayload = 128 * 1024 * 1024;

/** A link's own close must not hang on a peer that is gone. */
const closeGraceMs = 250;

/** Opens a connection and signs in. Rejects with a ToolError that names the cause. */
export const openLink = async (options: LinkOptions, events: LinkEvents): Promise<Link> => {
  const { WebSocket } = await import('ws');
  const { clock } = options;
  return new Promise<Link>((resolve, reject) => {
    let state: 'opening' | 'open' | 'over' = 'opening';
    let stopBeat: (() => void) | undefined;
    let stopPong: (() => void) | undefined;
    const socket = new WebSocket(socketAddress(options.base), {
      maxPayload,
      // On one machine packing costs both sides more time than the bytes do.
      perMessageDeflate: !isThisMachine(options.base),
      handshakeTimeout: options.connectTimeoutMs,
      followRedirects: false,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      ...(options.insecureTls === true ? { rejectUnauthorized: false } : {}),
    });
    // Counts until the sign-in is done: a host that accepts and says nothing must not hold a call.
    const stopLimit = clock.after(options.connectTimeoutMs, () => fail(connectError(new Error('timed out'), options.base)));

    const fail = (error: ToolError): void => {
      if (state !== 'opening') return;
      finish();
      reject(error);
    };
    const drop = (why: string): void => {
      if (state !== 'open') return;
      finish();
      events.ended(why);
    };
    const garbled = (): void => {
      if (state === 'opening') return fail(connectError(undefined, options.base));
      drop('It sent a message that is not whole JSON.');
    };
    const finish = (): void => {
      state = 'over';
      stopLimit();
      stopBeat?.();
      stopPong?.();
      socket.terminate();
    };
    const close = (): void => {
      if (state === 'over') return;
      state = 'over';
      stopBeat?.();
      stopPong?.();
      socket.close(1000);
      clock.after(closeGraceMs, () => socket.terminate());
    };
    const startHeartbeat = (): void => {
      stopBeat = clock.after(options.heartbeatMs, () => {
        startHeartbeat();
        events.ping();
        stopPong ??= clock.after(options.pongMs, () => socket.terminate());
      });
    };
    const signIn = (frame: Frame): void => {
      if (frame['type'] === 'auth_required') socket.send(JSON.stringify({ type: 'auth', access_token: options.token }));
      else if (frame['type'] === 'auth_invalid') fail(authFailed(options.base, options.command));
      else if (frame['type'] === 'auth_ok') {
        state = 'open';
        stopLimit();
        startHeartbeat();
        resolve({ send: (message) => socket.send(JSON.stringify(message)), close, drop });
      }
    };

    socket.on('message', (data) => {
      // Any message proves that the other side lives.
      stopPong?.();
      stopPong = undefined;
      const frames = framesOf(String(data));
      // Which command it answered cannot be told, so none may go on waiting.
      if (frames === undefined) return garbled();
      if (state === 'open') return events.frames(frames);
      for (const frame of frames) if (state === 'opening') signIn(frame);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      fail(upgradeError(response.statusCode ?? 0, options.base, options.command, response.headers['retry-after']));
    });
    socket.on('error', (error) => fail(connectError(error, options.base)));
    socket.on('close', () => {
      if (state === 'opening') return fail(connectError(undefined, options.base));
      if (state !== 'open') return;
      finish();
      events.ended();
    });
  });
};
