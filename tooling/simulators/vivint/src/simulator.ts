import { setImmediate as turn } from 'node:timers/promises';
import { ApiHost } from './api/api-host.ts';
import { MediaHost } from './api/media-host.ts';
import { Chance } from './chance.ts';
import { Clock, type ClockOptions } from './clock.ts';
import { Acts, type ActTimes } from './cloud/acts.ts';
import { Arming } from './cloud/arming.ts';
import { Cloud } from './cloud/cloud.ts';
import { FaultControls, type FaultOptions, HOSTS, type HostName } from './faults.ts';
import { Host, type LoggedRequest } from './http/host.ts';
import { type Account, Codes } from './login/accounts.ts';
import { type BlockRules, LoginBlock } from './login/login-block.ts';
import { LoginHost } from './login/login-host.ts';
import { type TokenRules, Tokens } from './login/tokens.ts';
import { fillPast } from './seed/past.ts';
import { people } from './seed/people.ts';
import { buildSeed, type SeedName } from './seed/seeds.ts';
import type { Truth } from './seed/truth.ts';
import { Hub, type StreamRules } from './stream/hub.ts';
import { StreamHost } from './stream/stream-host.ts';

/** How to start the simulator. */
export interface SimulatorOptions {
  /** `demo` (default), `bad-house` or `quiet`. */
  readonly seed?: SeedName;
  /** 0 (default) takes free ports; another number takes that and the three after it. */
  readonly port?: number;
  readonly clock?: ClockOptions;
  readonly tokens?: Partial<TokenRules>;
  readonly loginBlock?: Partial<BlockRules>;
  readonly stream?: Partial<StreamRules>;
  readonly times?: Partial<ActTimes>;
  readonly faults?: FaultOptions;
}

/** Where to point a client. */
export interface SimulatorUrls {
  /** Stands for https://id.vivint.com */
  readonly login: string;
  /** Stands for https://www.vivintsky.com/api (with its path). */
  readonly api: string;
  /** Stands for https://ps.pndsn.com */
  readonly stream: string;
  /** Where signed addresses of thumbnails lead. */
  readonly media: string;
}

/** Starts a simulated Vivint cloud on 127.0.0.1. */
export async function startVivintSimulator(options: SimulatorOptions = {}): Promise<VivintSimulator> {
  const simulator = new VivintSimulator(options);
  await simulator.listen(options.port ?? 0);
  return simulator;
}

const MAX_LOG = 20_000;
/** Long enough for a client in the same process to ask its next question. */
const SETTLED_TURNS = 40;
const MOST_TURNS = 20_000;

/** What cameras notice: the keys of the push (none: `act` and `s` alone) and the number of the event. */
const NOTICES: Readonly<Record<'motion' | 'ring' | 'visitor' | 'person' | 'package', { keys?: Record<string, unknown>; event: number }>> = {
  motion: { event: 1 },
  ring: { keys: { dng: true }, event: 6 },
  visitor: { keys: { vdt: true }, event: 7 },
  person: { keys: { piv: true }, event: 7 },
  package: { keys: { detected_object: 'package', detection_event_id: 'simulated' }, event: 11 },
};

/** A running simulator. */
export class VivintSimulator {
  readonly clock: Clock;
  readonly accounts: readonly Account[];
  readonly codes: Codes;
  readonly tokens: Tokens;
  readonly loginBlock: LoginBlock;
  readonly login: LoginHost;
  readonly cloud: Cloud;
  readonly arming: Arming;
  readonly acts: Acts;
  readonly stream: Hub;
  readonly media: MediaHost;
  readonly faults: FaultControls;
  /** What every device was at the start, in words. */
  readonly truth: readonly Truth[];
  /** Values of the seed that no reply, error or log may hold. */
  readonly secrets: readonly string[];
  readonly requests: LoggedRequest[] = [];
  readonly #hosts: Readonly<Record<HostName, Host>>;
  #asked = 0;

  constructor(options: SimulatorOptions) {
    this.clock = new Clock(options.clock);
    const seed = buildSeed(options.seed ?? 'demo', this.clock.now());
    this.truth = seed.flatMap(({ truths }) => truths);
    this.secrets = seed.flatMap((system) => system.secrets.all);
    this.accounts = people(seed.map(({ panelId }) => panelId));
    const chance = new Chance();
    this.codes = new Codes(this.clock, chance);
    this.tokens = new Tokens({ clock: this.clock, chance }, options.tokens);
    this.loginBlock = new LoginBlock(this.clock, options.loginBlock);
    const { clock, accounts, codes, tokens, loginBlock: block } = this;
    this.login = new LoginHost({ clock, chance, accounts, codes, tokens, block });
    const dropStream = (): void => this.stream.dropPolls();
    const makeUnavailable = (deviceId: number): void => this.setOnline(deviceId, false);
    this.faults = new FaultControls({ dropStream, makeUnavailable }, options.faults);
    const { faults } = this;
    this.stream = new Hub({ clock, faults, accounts }, options.stream);
    this.cloud = new Cloud({ clock, chance }, (panelId, message) => this.stream.publish(panelId, message));
    const { cloud } = this;
    this.arming = new Arming(cloud, clock);
    this.acts = new Acts({ cloud, clock, arming: this.arming, faults }, options.times);
    this.media = new MediaHost(clock, chance);
    for (const system of seed.map((builder) => builder.build())) {
      cloud.add(system);
      fillPast(system, cloud.history, clock.now());
    }
    this.#hosts = this.#makeHosts();
  }

  get urls(): SimulatorUrls {
    const { login, api, stream, media } = this.#hosts;
    return { login: login.url, api: `${api.url}/api`, stream: stream.url, media: media.url };
  }

  /** The first panel of the seed. */
  get panelId(): number {
    return [...this.cloud.systems.keys()][0] ?? 0;
  }

  /** An account by user name, or by the way it logs in. */
  account(who: string): Account {
    const found = this.accounts.find(({ username, mfa }) => username === who || mfa === who);
    if (!found) throw new Error(`The simulator has no account ${who}`);
    return found;
  }

  /** The code that is right for this account now. */
  codeFor(who: string): string {
    return this.codes.current(this.account(who)) ?? '';
  }

  /** A device in the cloud's keys, as the snapshot has it now. */
  device(deviceId: number, panelId = this.panelId): Readonly<Record<string, unknown>> {
    return this.cloud.place(panelId, deviceId).device;
  }

  /** Opens or closes a sensor as a person does: readiness, entry delays and alarms follow. */
  sense(deviceId: number, open: boolean, panelId = this.panelId): void {
    const place = this.cloud.place(panelId, deviceId);
    if (place.device['s'] === open) return;
    const text = `${place.device['n']} ${open ? 'opened' : 'closed'}`;
    this.cloud.changeDevice(place, { s: open }, { record: { text, type: 'open', detail: open } });
    this.arming.sensed(place);
  }

  /** Turns a lock by hand, by keypad or by itself; see `Acts.setLock` for the causes. */
  turnLock(deviceId: number, locked: boolean, how: { by?: string; cause?: number } = {}, panelId = this.panelId): void {
    const cause = how.cause ?? (locked ? 85 : 86);
    this.acts.setLock(this.cloud.place(panelId, deviceId), locked, { ...how, cause });
  }

  /** A camera notices something, in the shapes that cameras push it; history keeps all but the note that a clip can be watched. */
  notice(cameraId: number, what: keyof typeof NOTICES | 'clip ready', panelId = this.panelId): void {
    const place = this.cloud.place(panelId, cameraId);
    const { device, partition } = place;
    if (what === 'clip ready') return this.cloud.push(panelId, partition.parid, { d: [{ _id: cameraId, t: device.t }] });
    const { keys, event } = NOTICES[what];
    const record = { text: `${device['n']}: ${what}`, type: 'clip', detail: event, source: 30 };
    this.cloud.remember(place, { record });
    this.cloud.push(panelId, partition.parid, { d: [{ _id: cameraId, ...(keys ?? { act: device['act'], s: 1 }) }] });
  }

  /** Changes keys of a device as its panel would report them: `{ta: true}`, `{lb: true, bl: 3}`, `{'battery_report_v2.bad_battery': true}`. */
  patch(deviceId: number, patch: Record<string, unknown>, panelId = this.panelId): void {
    this.cloud.changeDevice(this.cloud.place(panelId, deviceId), patch);
  }

  setOnline(deviceId: number, online: boolean, panelId = this.panelId): void {
    const place = this.cloud.place(panelId, deviceId);
    const text = `${place.device['n']} is ${online ? 'back' : 'offline'}`;
    this.cloud.changeDevice(place, { ol: online }, { record: { text, type: 'online', detail: online } });
  }

  /** Ends every access token now; refresh tokens stay good. */
  expireTokens(): void {
    this.tokens.expireAccess();
  }

  /** Lets time pass in steps, and after each lets the clients in this process finish what they do: a day takes seconds. */
  async pass(ms: number, stepMs = 60_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.clock.advance(Math.min(stepMs, left));
      await this.settle();
    }
  }

  /** Waits until no request but a stream's poll is open and none has come for a while of turns of the event loop; not for ever. */
  async settle(): Promise<void> {
    let seen = -1;
    for (let still = 0, turns = 0; still < SETTLED_TURNS && turns < MOST_TURNS; turns += 1) {
      await turn();
      const busy = this.#openRequests > this.stream.openPolls || seen !== this.#asked;
      still = busy ? 0 : still + 1;
      seen = this.#asked;
    }
  }

  /** Drops every connection and listens again on the same ports; homes and tokens stay. */
  async restart(): Promise<void> {
    for (const name of HOSTS) {
      await this.#hosts[name].close();
      await this.#hosts[name].listen(this.#hosts[name].port);
    }
  }

  async listen(port: number): Promise<void> {
    for (const [index, name] of HOSTS.entries()) await this.#hosts[name].listen(port === 0 ? 0 : port + index);
  }

  async close(): Promise<void> {
    this.clock.close();
    for (const name of HOSTS) await this.#hosts[name].close();
  }

  get #openRequests(): number {
    return HOSTS.reduce((sum, name) => sum + this.#hosts[name].open, 0);
  }

  #makeHosts(): Readonly<Record<HostName, Host>> {
    const { cloud, clock, arming, acts, faults, tokens, stream: hub, media } = this;
    const mediaUrl = (): string => this.#hosts.media.url;
    const signPicture = (...[panelId, deviceId, timeMs]: [number, number, number]): string => media.sign(panelId, deviceId, timeMs);
    const api = new ApiHost({ cloud, clock, arming, acts, faults, tokens, hub, mediaUrl, signPicture });
    const stream = new StreamHost(hub);
    const log = (entry: Omit<LoggedRequest, 'at' | 'status'>): LoggedRequest => this.#log(entry);
    const host = (name: HostName, handle: ConstructorParameters<typeof Host>[0]['handle']): Host => new Host({ name, faults, handle, log });
    return {
      login: host('login', (request) => this.login.handle(request)),
      api: host('api', (request) => api.handle(request)),
      stream: host('stream', (request) => stream.handle(request)),
      media: host('media', (request) => media.handle(request)),
    };
  }

  #log(entry: Omit<LoggedRequest, 'at' | 'status'>): LoggedRequest {
    const body = entry.host === 'login' && entry.body !== '' ? '(not kept)' : entry.body;
    const logged: LoggedRequest = { ...entry, body, at: this.clock.now(), status: 'open' };
    this.#asked += 1;
    this.requests.push(logged);
    if (this.requests.length > MAX_LOG) this.requests.shift();
    return logged;
  }
}
