import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

type Message = Readonly<Record<string, unknown>> & { readonly id: number; readonly type: string };
type Reply = (message: Message, send: (frame: unknown) => void, socket: WebSocket) => void;

/** For tests only: a Home Assistant that answers as a test says. Unscripted commands get a null result. */
export interface ScriptedCore {
  readonly url: string;
  readonly seen: Message[];
  readonly signIns: number;
  on(type: string, reply: Reply): void;
  /** Sends an event to the newest subscription of a command type. */
  emit(type: string, event: unknown): void;
  /** Cuts every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

const registryAnswers: Readonly<Record<string, unknown>> = {
  'config/entity_registry/list': [],
  'config/device_registry/list': [],
  'config/area_registry/list': [],
  'config/floor_registry/list': [],
  'config/label_registry/list': [],
};

export const startScriptedCore = async (options: { token?: string; greet?: boolean } = {}): Promise<ScriptedCore> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/api/websocket' });
  await new Promise((resolve) => server.once('listening', resolve));
  const seen: Message[] = [];
  const replies = new Map<string, Reply>();
  const subscriptions = new Map<string, (event: unknown) => void>();
  let signIns = 0;

  server.on('connection', (socket) => {
    const send = (frame: unknown): void => socket.send(JSON.stringify(frame));
    if (options.greet !== false) send({ type: 'auth_required', ha_version: '2025.4.4' });
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message & { access_token?: string };
      if (message.type === 'auth') {
        signIns += 1;
        const good = message.access_token === (options.token ?? 'good');
        send(good ? { type: 'auth_ok' } : { type: 'auth_invalid', message: 'Invalid access token or password' });
        if (!good) socket.close();
        return;
      }
      seen.push(message);
      subscriptions.set(message.type, (event) => send({ id: message.id, type: 'event', event }));
      const reply = replies.get(message.type);
      if (reply !== undefined) reply(message, send, socket);
      else send({ id: message.id, type: 'result', success: true, result: registryAnswers[message.type] ?? null });
    });
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get signIns() {
      return signIns;
    },
    on: (type, reply) => void replies.set(type, reply),
    emit: (type, event) => subscriptions.get(type)?.(event),
    cut: () => {
      for (const client of server.clients) client.terminate();
    },
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
