import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CORE_VERSION } from './core-config.ts';
import { FaultControls, type FaultOptions } from './faults.ts';
import { Home } from './home/home.ts';
import { newContext } from './home/identifiers.ts';
import { demoApps } from './home/supervisor.ts';
import type { Json } from './home/types.ts';
import { writeState } from './home/write-state.ts';
import { plain, type RestAnswer, send } from './rest/answer.ts';
import { route } from './rest/router.ts';
import { seedBigHome } from './seed/big-home.ts';
import { seedDemoHome } from './seed/demo-home.ts';
import { seedHealthyHome } from './seed/healthy-home.ts';
import { seedFaults } from './seed/planted-faults.ts';
import { Connection } from './websocket/connection.ts';

/** How to start the simulator. */
export interface SimulatorOptions {
  /**
   * `demo` (default), `healthy` (nothing is wrong), `faults` (everything that a diagnosis finds, or only the faults named),
   * or a number of entities for a big home.
   */
  readonly seed?: 'demo' | 'healthy' | 'faults' | { readonly faults: readonly string[] } | number;
  /** 0 (default) takes a free port. */
  readonly port?: number;
  readonly token?: string;
  readonly faults?: FaultOptions;
  /** PEM texts; the simulator then speaks https and wss. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Pretends to be Home Assistant OS, with apps. */
  readonly supervisor?: boolean;
}

/** One thing a client asked, in order. Tokens are not kept. */
export interface LoggedRequest {
  readonly transport: 'rest' | 'websocket';
  /** `GET /api/states` or the type of a command. */
  readonly what: string;
  readonly body: unknown;
  readonly at: number;
}

/** A running simulator. */
export interface HomeAssistantSimulator {
  readonly url: string;
  readonly port: number;
  /** The token of an administrator. */
  readonly token: string;
  /** The token of a user who is not one. */
  readonly guestToken: string;
  readonly requests: LoggedRequest[];
  readonly faults: FaultControls;
  /** The model behind it, for what the other members do not offer. */
  readonly home: Home;
  /** A state as Core writes it. */
  getState(entityId: string): Json | undefined;
  /** Sets a state as a device would; attributes not given stay. */
  setState(entityId: string, state: string, attributes?: Json): void;
  /** Drops every connection and listens again on the same port, with another certificate if one is given; states and registries stay. */
  restart(tls?: SimulatorOptions['tls']): Promise<void>;
  close(): Promise<void>;
}

/** Starts a simulated Home Assistant on 127.0.0.1. */
export async function startHomeAssistantSimulator(options: SimulatorOptions = {}): Promise<HomeAssistantSimulator> {
  const home = new Home();
  seedHome(home, options.seed ?? 'demo');
  const simulator = new Simulator(home, options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

function seedHome(home: Home, seed: NonNullable<SimulatorOptions['seed']>): void {
  if (typeof seed === 'number') seedBigHome(home, seed);
  else if (typeof seed === 'object') seedFaults(home, seed.faults);
  else if (seed === 'faults') seedFaults(home);
  else if (seed === 'healthy') seedHealthyHome(home);
  else seedDemoHome(home);
}

const MAX_LOG = 10_000;

class Simulator implements HomeAssistantSimulator {
  readonly home: Home;
  readonly faults: FaultControls;
  readonly token: string;
  readonly guestToken = 'simulated-guest-token';
  readonly requests: LoggedRequest[] = [];
  port = 0;
  #tls: SimulatorOptions['tls'];
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(home: Home, options: SimulatorOptions) {
    this.home = home;
    this.token = options.token ?? 'simulated-admin-token';
    this.faults = new FaultControls(home, options.faults);
    this.#tls = options.tls;
    home.onRestart = () => void this.#restartByItself();
    if (options.supervisor === true) home.apps = demoApps();
  }

  /** As Core does: away, back while it starts, then running. */
  async #restartByItself(): Promise<void> {
    this.home.coreState = 'NOT_RUNNING';
    await this.restart();
    this.home.starts.push(Date.now());
    this.home.after('core running', 50, () => {
      this.home.coreState = 'RUNNING';
    });
  }

  get url(): string {
    return `${this.#tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  getState(entityId: string): Json | undefined {
    const state = this.home.states.get(entityId);
    return state && writeState(state);
  }

  setState(entityId: string, state: string, attributes: Json = {}): void {
    const known = this.home.states.get(entityId);
    this.home.set(entityId, state, { ...known?.attributes, ...attributes }, newContext());
  }

  async listen(port: number): Promise<void> {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#answer(request, response).catch(() => {
        // As Core does when a view fails; the simulator itself must go on.
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    const server = this.#tls ? createTlsServer(this.#tls, answer) : createServer(answer);
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    server.on('connection', (socket) => this.#accept(socket));
    server.on('upgrade', (request, socket, head) => {
      if (request.url?.split('?')[0] !== '/api/websocket') return void socket.destroy();
      const refusal = this.#upgradeFault();
      if (refusal) return refuseUpgrade(socket, refusal);
      sockets.handleUpgrade(request, socket, head, (client) => this.#connect(client));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : port;
    this.#server = server;
  }

  async restart(tls = this.#tls): Promise<void> {
    await this.#stop();
    this.#tls = tls;
    await this.listen(this.port);
  }

  async close(): Promise<void> {
    this.home.close();
    await this.#stop();
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    if (this.faults.refuseConnections) return void socket.destroy();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  #connect(socket: ConstructorParameters<typeof Connection>[0]['socket']): void {
    const { home, faults } = this;
    const logged = (what: string, body: Json): void => this.#log('websocket', what, body);
    new Connection({ socket, home, faults, version: CORE_VERSION, checkToken: (token) => this.#role(token), logged });
  }

  #role(token: unknown): 'admin' | 'guest' | undefined {
    if (token === this.token) return 'admin';
    return token === this.guestToken ? 'guest' : undefined;
  }

  #log(transport: LoggedRequest['transport'], what: string, body: unknown): void {
    this.requests.push({ transport, what, body, at: Date.now() });
    if (this.requests.length > MAX_LOG) this.requests.shift();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const body = await readAll(request);
    const what = `${request.method ?? 'GET'} ${url.pathname}`;
    this.#log('rest', what, body);
    if (this.faults.hang) return;
    if (this.faults.takeDrop(what)) return void request.socket.destroy();
    if (this.faults.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.faults.delayMs).unref());
    const breaks = this.faults.takeBrokenWrite(request.method ?? 'GET');
    if (breaks === 'before') return void request.socket.destroy();
    const answer = this.#fault() ?? (await this.#route(request, url, body));
    if (breaks === 'after' || this.faults.takeDropAfter(what)) return void request.socket.destroy();
    send(request, response, answer, this.faults.truncateJson);
  }

  #fault(): RestAnswer | undefined {
    return this.#upgradeFault() ?? (this.faults.takeUnauthorized() ? plain(401, 'Unauthorized') : undefined);
  }

  /** What a proxy in front answers to anything; a WebSocket's own sign-in comes later. */
  #upgradeFault(): RestAnswer | undefined {
    const { faults } = this;
    if (faults.htmlError) {
      const html = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';
      return { status: 502, bytes: Buffer.from(html), headers: { 'content-type': 'text/html' } };
    }
    const retryAfter = faults.takeRateLimit();
    if (retryAfter !== undefined) return plain(429, 'Too Many Requests', { 'retry-after': retryAfter });
    const status = faults.takeServerError();
    return status === undefined ? undefined : { status, text: `${status} Internal Server Error\n\nServer got itself in trouble` };
  }

  async #route(request: IncomingMessage, url: URL, body: string): Promise<RestAnswer> {
    const role = this.#role(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]);
    let path: string;
    try {
      path = decodeURIComponent(url.pathname);
    } catch {
      return plain(400, 'Bad Request');
    }
    const parts = path.slice('/api/'.length).split('/');
    return route(
      { home: this.home, faults: this.faults, method: request.method ?? 'GET', parts, query: url.searchParams, body },
      path,
      role,
    );
  }
}

function refuseUpgrade(socket: Duplex, { status, text, bytes, headers = {} }: RestAnswer): void {
  const body = bytes ?? Buffer.from(text ?? '');
  const lines = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' }).map((pair) => pair.join(': '));
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Fault\r\n${lines.join('\r\n')}\r\n\r\n`), body]));
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // The client went away in the middle: there is nobody to answer.
  }
  return Buffer.concat(chunks).toString('utf8');
}
