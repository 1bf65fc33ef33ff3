import { once } from 'node:events';
import WebSocket from 'ws';

/** Registry and state answers of big homes pass 16 MB; the usual defaults would cut the connection. */
const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/** What Core answered to a command that it refused: the code is the stable part, the text is not. */
export class CommandError extends Error {
  constructor(command, error) {
    super(`${command}: ${error?.code ?? 'no code'}: ${error?.message ?? 'no message'}`);
    this.name = 'CommandError';
    this.code = error?.code;
    this.error = error;
  }
}

/**
 * A deliberately small WebSocket and REST client: the independent witness of the live scripts and tests.
 * It shares no code with the client that we ship, so that the two cannot agree on the same mistake.
 */
export class Probe {
  #socket;
  #nextId = 1;
  #pending = new Map();
  #subscriptions = new Map();

  /** @param {{url: string, token?: string, timeoutMs?: number}} options */
  constructor({ url, token, timeoutMs = 15_000 }) {
    this.url = url.replace(/\/+$/, '');
    this.token = token;
    this.timeoutMs = timeoutMs;
  }

  /**
   * One REST request. `body` is sent as JSON, `form` form-encoded; `bearer: null` leaves the token out.
   * Never throws for a status: returns `{status, contentType, body}` with JSON parsed, text as it is, bytes as a Buffer.
   */
  async rest(method, path, { body, form, bearer = this.token, timeoutMs = this.timeoutMs } = {}) {
    const headers = {};
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const payload = form ? new URLSearchParams(form) : typeof body === 'string' ? body : JSON.stringify(body);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(this.url + path, { method, headers, body: payload, signal, redirect: 'manual' });
    const contentType = response.headers.get('content-type') ?? '';
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, contentType, body: decodeBody(bytes, contentType) };
  }

  /** As `rest`, for setup steps where anything but success is the end. */
  async restOk(method, path, options) {
    const answer = await this.rest(method, path, options);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)?.slice(0, 300)}`);
  }

  /** Opens the socket and signs in; returns Core's `auth_ok`, throws with its `auth_invalid` text. */
  async connect() {
    const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/api/websocket`, {
      maxPayload: MAX_MESSAGE_BYTES,
      handshakeTimeout: this.timeoutMs,
    });
    this.#socket = socket;
    socket.on('error', () => {}); // 'close' follows and rejects what waits.
    const answer = await this.#signIn(socket);
    if (answer.type !== 'auth_ok') {
      socket.terminate();
      throw new CommandError('auth', { code: answer.type, message: answer.message });
    }
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
    socket.on('close', () => this.#failAll(new Error('The connection was closed.')));
    return answer;
  }

  async #signIn(socket) {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const next = async () => {
      const [data] = await once(socket, 'message', { signal });
      return JSON.parse(String(data));
    };
    await next();
    const answer = next();
    socket.send(JSON.stringify({ type: 'auth', access_token: this.token }));
    return answer;
  }

  /** Sends a command and returns its result; throws CommandError when Core refuses. */
  async command(type, fields = {}, options = {}) {
    const answer = await this.exchange({ type, ...fields }, options);
    if (answer.type === 'result' && !answer.success) throw new CommandError(type, answer.error);
    return answer.result;
  }

  /** Sends a command and returns the whole answering message, refusals included. */
  exchange(message, { timeoutMs = this.timeoutMs, id = this.#nextId++ } = {}) {
    this.#nextId = Math.max(this.#nextId, id + 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Error(`${message.type} was not answered in ${timeoutMs} ms.`));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ ...message, id }));
    });
  }

  /** Starts a subscription. Events go to `onEvent`; the returned function ends it. */
  async subscribe(message, onEvent) {
    const id = this.#nextId++;
    // Core may send the first event before the result, so the listener has to be there first.
    this.#subscriptions.set(id, onEvent);
    const answer = await this.exchange(message, { id });
    if (!answer.success) {
      this.#subscriptions.delete(id);
      throw new CommandError(message.type, answer.error);
    }
    return async () => {
      this.#subscriptions.delete(id);
      await this.command('unsubscribe_events', { subscription: id });
    };
  }

  /** Collects the first `count` events of a subscription and ends it; fewer when `waitMs` passes first. */
  async collect(message, count, waitMs = this.timeoutMs) {
    const events = [];
    let full;
    const enough = new Promise((resolve) => {
      full = resolve;
    });
    const timer = setTimeout(full, waitMs);
    try {
      const stop = await this.subscribe(message, (event) => {
        events.push(event);
        if (events.length >= count) full();
      });
      await enough;
      await stop().catch(() => {}); // Some subscriptions end by themselves.
    } finally {
      clearTimeout(timer);
    }
    return events.slice(0, count);
  }

  close() {
    this.#failAll(new Error('The probe was closed.'));
    this.#socket?.terminate();
  }

  #receive(message) {
    if (message.type === 'event') {
      this.#subscriptions.get(message.id)?.(message.event);
      return;
    }
    const waiting = this.#pending.get(message.id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#pending.delete(message.id);
    waiting.resolve(message);
  }

  #failAll(error) {
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.#pending.clear();
  }
}

function decodeBody(bytes, contentType) {
  if (contentType.startsWith('application/json')) return JSON.parse(bytes.toString('utf8'));
  if (contentType.startsWith('text/')) return bytes.toString('utf8');
  return bytes;
}
