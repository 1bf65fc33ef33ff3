import type { WebSocket } from 'ws';
import type { FaultControls } from '../faults.ts';
import type { Home } from '../home/home.ts';
import { isJson, type Json } from '../home/types.ts';
import { ServiceError } from '../services/service-error.ts';
import { pythonRepr } from '../template/values.ts';
import { type Command, type CommandContext, CommandError } from './command.ts';
import { COMMANDS } from './commands.ts';

/** Who a token belongs to; undefined for a wrong one. */
export type TokenCheck = (token: unknown) => 'admin' | 'guest' | undefined;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly home: Home;
  readonly faults: FaultControls;
  readonly version: string;
  readonly checkToken: TokenCheck;
  readonly logged: (type: string, message: Json) => void;
}

/** One WebSocket client, from the greeting to the end. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #subscriptions = new Map<number, () => void>();
  #role: 'admin' | 'guest' | undefined;
  #lastId = 0;
  #coalesce = false;
  #batch: string[] = [];

  constructor(options: ConnectionOptions) {
    this.#options = options;
    options.socket.on('message', (data) => void this.#receive(String(data)));
    options.socket.on('close', () => this.#end());
    options.socket.on('error', () => options.socket.terminate());
    if (!options.faults.hang) this.#write({ type: 'auth_required', ha_version: options.version });
  }

  async #receive(text: string): Promise<void> {
    const { faults, socket } = this.#options;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      // Core ends the connection without a word.
      return socket.close(1000);
    }
    if (faults.hang) return this.#ignore(message);
    if (faults.delayMs > 0) await pause(faults.delayMs);
    if (this.#role === undefined) return this.#authenticate(message);
    for (const item of Array.isArray(message) && message.length > 0 ? message : [message]) await this.#handle(item);
  }

  /** What arrived is in the log even when nothing comes of it. */
  #ignore(message: unknown): void {
    for (const item of [message].flat()) if (isJson(item)) this.#options.logged(String(item['type']), item['type'] === 'auth' ? {} : item);
  }

  #authenticate(message: unknown): void {
    const { faults, checkToken, version, logged } = this.#options;
    if (!isJson(message) || message['type'] !== 'auth') {
      const type = isJson(message) ? pythonRepr(message['type']) : 'None';
      const extra = isJson(message) && 'id' in message ? `extra keys not allowed @ data['id']. Got ${pythonRepr(message['id'])}\n` : '';
      return this.#refuse(`Auth message incorrectly formatted: ${extra}not a valid value for dictionary value @ data['type']. Got ${type}`);
    }
    logged('auth', {});
    const role = checkToken(message['access_token']);
    if (faults.takeUnauthorized() || role === undefined) return this.#refuse('Invalid access token or password');
    this.#role = role;
    this.#write({ type: 'auth_ok', ha_version: version });
  }

  #refuse(message: string): void {
    this.#write({ type: 'auth_invalid', message });
    this.#options.socket.close(1000);
  }

  async #handle(message: unknown): Promise<void> {
    const id = isJson(message) ? message['id'] : 0;
    const type = isJson(message) ? message['type'] : undefined;
    if (!isJson(message) || typeof id !== 'number' || !Number.isInteger(id) || id < 0 || typeof type !== 'string') {
      return this.#fail(id ?? null, 'invalid_format', 'Message incorrectly formatted.');
    }
    if (id <= this.#lastId) return this.#fail(id, 'id_reuse', 'Identifier values have to increase.');
    this.#lastId = id;
    this.#options.logged(type, message);
    if (this.#options.faults.takeDrop(type)) return this.#options.socket.terminate();
    if (type === 'ping' && Object.keys(message).length === 2) return this.#send({ id, type: 'pong' });
    const command = Object.hasOwn(COMMANDS, type) ? COMMANDS[type] : undefined;
    if (!command && type !== 'ping') return this.#fail(id, 'unknown_command', 'Unknown command.');
    // Handlers run side by side, as Core's do: a slow service must not hold up a ping.
    void this.#run(id, message, command ?? { keys: [], run: () => null });
  }

  async #run(id: number, message: Json, command: Command): Promise<void> {
    const later: (() => void)[] = [];
    try {
      checkKeys(message, command);
      if (command.admin === true && this.#role !== 'admin') throw new CommandError('unauthorized', 'Unauthorized');
      const result = await command.run(this.#context(id, later), message);
      if (this.#options.faults.takeDropAfter(String(message['type']))) return this.#options.socket.terminate();
      this.#send({ id, type: 'result', success: true, result: result === undefined ? null : result });
      for (const run of later) run();
    } catch (error) {
      if (error instanceof ServiceError) this.#fail(id, error.code, error.message, error.translation);
      else if (error instanceof CommandError) this.#fail(id, error.code, error.message);
      else this.#fail(id, 'unknown_error', 'Unknown error');
    }
  }

  #context(id: number, later: (() => void)[]): CommandContext {
    const { home, faults } = this.#options;
    return {
      home,
      faults,
      id,
      isAdmin: this.#role === 'admin',
      subscribe: (end) => void this.#subscriptions.set(id, end),
      unsubscribe: (subscription) => this.#unsubscribe(subscription),
      event: (event) => this.#event(id, event),
      afterResult: (run) => void later.push(run),
      coalesce: () => {
        this.#coalesce = true;
      },
    };
  }

  #unsubscribe(id: number): boolean {
    this.#subscriptions.get(id)?.();
    return this.#subscriptions.delete(id);
  }

  #event(id: number, event: unknown): void {
    const { faults } = this.#options;
    const send = (): void => {
      this.#send({ id, type: 'event', event });
      if (faults.duplicateEvents) this.#send({ id, type: 'event', event });
    };
    if (faults.lateEventsMs > 0) setTimeout(send, faults.lateEventsMs).unref();
    else send();
  }

  #fail(id: unknown, code: string, message: string, translation: Json = {}): void {
    this.#send({ id, type: 'result', success: false, error: { code, message, ...translation } });
  }

  #send(message: Json): void {
    if (!this.#coalesce) return this.#write(message);
    this.#batch.push(JSON.stringify(message));
    if (this.#batch.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#raw(batch.length === 1 ? (batch[0] ?? '') : `[${batch.join(',')}]`);
  }

  #write(message: Json): void {
    this.#raw(JSON.stringify(message));
  }

  #raw(text: string): void {
    const { socket, faults } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    socket.send(faults.takeBrokenFrame() ? text.slice(0, Math.ceil(text.length / 2)) : text);
  }

  #end(): void {
    for (const end of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }
}

function checkKeys(message: Json, command: Command): void {
  const names = command.keys.map((key) => key.replace('!', ''));
  for (const key of command.keys) {
    if (key.endsWith('!') && message[key.slice(0, -1)] === undefined) {
      throw new CommandError('invalid_format', `required key not provided @ data['${key.slice(0, -1)}']. Got None`);
    }
  }
  const extra = Object.keys(message).find((key) => key !== 'id' && key !== 'type' && !names.includes(key));
  if (extra === undefined) return;
  const where =
    names.length === 0
      ? `extra keys not allowed. Got ${pythonRepr(message)}`
      : `extra keys not allowed @ data['${extra}']. Got ${pythonRepr(message[extra])}`;
  throw new CommandError('invalid_format', where);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
