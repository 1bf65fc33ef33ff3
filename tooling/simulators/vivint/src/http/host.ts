import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FaultControls, HostFaults, HostName } from '../faults.ts';
import { type Answer, type HostRequest, page, send, wallPage } from './answer.ts';

/** One thing a client asked, in order. Authorization, cookies and secrets of the body are not kept. */
export interface LoggedRequest {
  readonly host: HostName;
  /** `PUT /api/1000000000000001/1/locks/21` */
  readonly what: string;
  readonly query: string;
  readonly body: string;
  /** Simulated time. */
  readonly at: number;
  status: number | 'reset' | 'hang' | 'open';
}

export interface HostOptions {
  readonly name: HostName;
  readonly faults: FaultControls;
  readonly handle: (request: HostRequest) => Answer | Promise<Answer>;
  readonly log: (entry: Omit<LoggedRequest, 'at' | 'status'>) => LoggedRequest;
}

/** One HTTP server on 127.0.0.1 with the faults of its name. */
export class Host {
  port = 0;
  /** Requests that are being answered; those left hanging are not among them. */
  open = 0;
  readonly #options: HostOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.keepAliveTimeout = 60_000;
    server.on('connection', (socket) => this.#accept(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : port;
    this.#server = server;
  }

  /** Resets every connection; the server stays. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    this.dropConnections();
    await closed;
  }

  get #layers(): readonly HostFaults[] {
    return [this.#options.faults, this.#options.faults.of[this.#options.name]];
  }

  #accept(socket: Socket): void {
    if (this.#layers.some((faults) => faults.refuseConnections)) return void socket.destroy();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const url = new URL(incoming.url ?? '/', this.url);
    const body = await readAll(incoming);
    const method = incoming.method ?? 'GET';
    const what = `${method} ${decode(url.pathname)}`;
    const entry = this.#options.log({ host: this.#options.name, what, query: url.search, body });
    const layers = this.#layers;
    if (layers.some((faults) => faults.hang)) {
      entry.status = 'hang';
      return;
    }
    this.open += 1;
    response.once('close', () => {
      this.open -= 1;
    });
    const delayMs = Math.max(...layers.map((faults) => faults.delayMs));
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
    const early = faultOf(layers, what);
    const { headers } = incoming;
    const request = { method, path: decode(url.pathname), query: url.searchParams, headers, body, signal: gone.signal };
    const answer = early ?? (await this.#handle({ ...request, cookies: readCookies(headers.cookie) }));
    const lost = early === undefined && layers.some((faults) => faults.takeLoss(what));
    entry.status = answer.reset || lost ? 'reset' : answer.status;
    if (answer.reset || lost) return void incoming.socket.destroy();
    if (!gone.signal.aborted)
      send(
        response,
        answer,
        layers.some((faults) => faults.truncateJson),
      );
  }

  async #handle(request: HostRequest): Promise<Answer> {
    try {
      return await this.#options.handle(request);
    } catch (error) {
      process.stderr.write(`simulator-vivint: ${request.method} ${request.path}: ${error instanceof Error ? error.stack : error}\n`);
      return { status: 500, json: { msg: 'Internal Server Error' } };
    }
  }
}

function faultOf(layers: readonly HostFaults[], what: string): Answer | undefined {
  for (const faults of layers) {
    if (faults.takeDrop(what)) return { status: 0, reset: true };
    if (faults.fails(what)) return { status: 500, json: { msg: 'Internal Server Error' } };
    if (faults.htmlError) return page(502, '502 Bad Gateway', 'cloudflare');
    if (faults.wall) return wallPage();
    const retryAfter = faults.takeRateLimit();
    if (retryAfter !== undefined) return { status: 429, json: { msg: 'Too Many Requests' }, headers: { 'retry-after': retryAfter } };
    if (faults.takeServerError()) return { status: 500, json: { msg: 'Internal Server Error' } };
    if (faults.takeUnauthorized()) return page(401, '401 Authorization Required');
  }
  return undefined;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Some clients put values with signs in quotes; servers take both. */
function readCookies(header: string | undefined): Map<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.filter(([name]) => name).map(([name, ...value]) => [name ?? '', value.join('=').replace(/^"(.*)"$/, '$1')]));
}

async function readAll(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    // The client went away in the middle: there is nobody to answer.
  }
  return Buffer.concat(chunks).toString('utf8');
}
