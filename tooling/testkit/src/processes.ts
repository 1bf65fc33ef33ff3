import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server spawned without any SDK, so that its bytes can be looked at. */
export interface SpawnedServer {
  readonly child: ChildProcess;
  /** Sends one JSON-RPC message. */
  send(message: Record<string, unknown>): void;
  /** The answer to a request id. */
  answer(id: number | string): Promise<Record<string, unknown>>;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export interface SpawnRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export const spawnServer = ({ command, args, env }: SpawnRequest): SpawnedServer => {
  const child = spawn(command, [...args], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const answers = new Map<number | string, Record<string, unknown>>();
  const waiting = new Map<number | string, { resolve(message: Record<string, unknown>): void; reject(error: Error): void }>();
  let stdout = '';
  let stderr = '';
  let rest = '';
  child.stdin?.on('error', () => undefined);
  child.once('exit', (code) => {
    for (const [id, { reject }] of waiting) reject(new Error(`server left with ${code} before answering ${id}: ${stderr.slice(-500)}`));
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line) as Record<string, unknown>;
      const id = message.id as number | string | undefined;
      if (id === undefined || 'method' in message) continue;
      answers.set(id, message);
      waiting.get(id)?.resolve(message);
      waiting.delete(id);
    }
  });
  return {
    child,
    send: (message) => child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    answer: (id) =>
      new Promise((resolve, reject) => {
        const known = answers.get(id);
        if (known) return resolve(known);
        waiting.set(id, { resolve, reject });
      }),
    stdout: () => stdout,
    stderr: () => stderr,
  };
};

/** Ways in which a client can go away. Each must end the server. */
export const endings = {
  'stdin ends': (s: SpawnedServer) => s.child.stdin?.end(),
  SIGTERM: (s: SpawnedServer) => s.child.kill('SIGTERM'),
  SIGINT: (s: SpawnedServer) => s.child.kill('SIGINT'),
  SIGHUP: (s: SpawnedServer) => s.child.kill('SIGHUP'),
  'stdout closes': (s: SpawnedServer) => {
    s.child.stdout?.destroy();
    // The broken pipe is noticed at the next write.
    s.send({ id: 'last', method: 'tools/list', params: {} });
  },
} as const;
export type Ending = keyof typeof endings;

/** A server that works ends within two seconds, since clients kill it then; on a busy machine it may take longer. */
const ceilingMs = 60_000;

/** The exit code of a process that ends by itself, or the signal that ended it; undefined when it outlived the ceiling (it is then killed). */
export const exitOf = async (child: ChildProcess): Promise<number | NodeJS.Signals | undefined> => {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = await once(child, 'exit', { signal: AbortSignal.timeout(ceilingMs) }).catch(() => undefined);
    if (ended === undefined) {
      child.kill('SIGKILL');
      return undefined;
    }
  }
  return child.exitCode ?? child.signalCode ?? undefined;
};
