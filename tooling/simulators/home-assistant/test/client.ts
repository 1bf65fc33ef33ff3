import { WebSocket } from 'ws';
import type { HomeAssistantSimulator } from '../src/index.ts';

export type Message = Record<string, unknown>;

/** A bare client: enough to speak the protocol and see every frame. */
export class Client {
  readonly frames: Message[] = [];
  readonly socket: WebSocket;
  #waiting: (() => void)[] = [];
  #id = 0;

  constructor(url: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/api/websocket`);
    this.socket.on('message', (data) => {
      this.frames.push(...([JSON.parse(String(data))].flat() as Message[]));
      this.#waiting.splice(0).forEach((wake) => wake());
    });
    this.socket.on('error', () => undefined);
  }

  /** The first frame, past or future, that fits. */
  async until(fits: (frame: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  send(message: Message): void {
    this.socket.send(JSON.stringify(message));
  }

  async ask(message: Message): Promise<Message> {
    this.#id += 1;
    const id = this.#id;
    this.send({ ...message, id });
    return this.until((frame) => frame['id'] === id && frame['type'] !== 'event');
  }

  get lastId(): number {
    return this.#id;
  }

  /** The entity changes that arrived so far, as states in order. */
  statesOf(entityId: string): unknown[] {
    return this.frames.flatMap((frame) => {
      const event = frame['event'] as { c?: Record<string, { '+': { s?: string } }> } | undefined;
      const state = event?.c?.[entityId]?.['+'].s;
      return state === undefined ? [] : [state];
    });
  }
}

export async function connect(simulator: HomeAssistantSimulator, token = simulator.token): Promise<Client> {
  const client = new Client(simulator.url);
  await client.until((frame) => frame['type'] === 'auth_required');
  client.send({ type: 'auth', access_token: token });
  await client.until((frame) => frame['type'] === 'auth_ok' || frame['type'] === 'auth_invalid');
  return client;
}
