import { WebSocket } from 'ws';

type Message = Record<string, unknown>;

/** Answers of several commands over one signed-in socket, in order; an error is answered with its code. */
export const answersOf = (url: string, token: string, commands: readonly Message[]): Promise<readonly unknown[]> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/websocket`, { maxPayload: 64 * 1024 * 1024 });
    const answers = new Map<number, unknown>();
    socket.on('error', reject);
    socket.on('message', (raw) => {
      const message = JSON.parse(String(raw)) as Message & { id: number; success: boolean; result: unknown; error: { code: string } };
      if (message['type'] === 'auth_required') socket.send(JSON.stringify({ type: 'auth', access_token: token }));
      if (message['type'] === 'auth_invalid') reject(new Error('the token was refused'));
      if (message['type'] === 'auth_ok') commands.forEach((command, index) => socket.send(JSON.stringify({ id: index + 1, ...command })));
      if (message['type'] !== 'result') return;
      answers.set(message.id, message.success ? message.result : { error: message.error.code });
      if (answers.size < commands.length) return;
      socket.close();
      resolve(commands.map((_, index) => answers.get(index + 1)));
    });
  });

/** The keys of an answer: of its first element when it is a list. */
export const keysOf = (answer: unknown): readonly string[] => {
  const value: unknown = Array.isArray(answer) ? answer[0] : answer;
  return typeof value === 'object' && value !== null ? Object.keys(value).sort() : [typeof value];
};
