/** The servers that the simulator runs. */
export const HOSTS = ['login', 'api', 'stream', 'media'] as const;
export type HostName = (typeof HOSTS)[number];

/** A rate limit that is answered with 429; `retryAfter` is sent as it is: seconds or an HTTP date. */
export interface RateLimit {
  readonly retryAfter: string;
  readonly times: number;
}

/** Everything that may be wrong from the start. */
export interface FaultOptions {
  readonly delayMs?: number;
  readonly hang?: boolean;
  readonly refuseConnections?: boolean;
  readonly truncateJson?: boolean;
  readonly htmlError?: boolean;
  readonly duplicateEvents?: boolean;
  readonly lateEventsMs?: number;
  readonly ignoreServices?: readonly string[];
}

/** What can go wrong with one server. Plain fields hold until changed, methods count down. */
export class HostFaults {
  /** Waits this long (real time) before every answer. */
  delayMs = 0;
  /** Accepts requests and never answers. */
  hang = false;
  /** Destroys every new connection at once. */
  refuseConnections = false;
  /** Cuts every JSON answer in the middle. */
  truncateJson = false;
  /** Answers with a proxy's HTML page and 502. */
  htmlError = false;
  /** Refuses the token with the 401 HTML page: always, or for as many requests as the number says. */
  unauthorized: boolean | number = false;
  /** The wall in front turns the address away: 403 in HTML, "error code: 1020". */
  wall = false;
  rateLimit: RateLimit | undefined;
  /** Answers 500 this many times. */
  serverErrors = 0;
  #failing: string[] = [];
  #drops: string[] = [];
  #losses: string[] = [];

  /** Resets the connection, without acting, when the next request fits: `PUT`, `locks`, `PUT /api/…` (any part of method and path). */
  dropSocketOnNext(what: string): void {
    this.#drops.push(what);
  }

  /** Acts on the next request that fits and resets the connection instead of answering. */
  loseAnswerOnNext(what: string): void {
    this.#losses.push(what);
  }

  /** Answers 500 to every request that fits (any part of method and path). */
  failOn(what: string): void {
    this.#failing.push(what);
  }

  /** Is this a request that fails? */
  fails(what: string): boolean {
    return this.#failing.some((part) => what.includes(part));
  }

  /** Is this the request to drop? Only once. */
  takeDrop(what: string): boolean {
    return take(this.#drops, what);
  }

  /** Is this the request whose answer gets lost? Only once. */
  takeLoss(what: string): boolean {
    return take(this.#losses, what);
  }

  /** Refuses the token once. */
  unauthorizedOnce(): void {
    this.unauthorized = 1;
  }

  /** Should this request's token be refused? Counts down. */
  takeUnauthorized(): boolean {
    if (typeof this.unauthorized === 'boolean') return this.unauthorized;
    if (this.unauthorized <= 0) return false;
    this.unauthorized -= 1;
    return true;
  }

  /** Answers 429 with a number of seconds or, given a Date, an HTTP date. */
  limitRate(after: number | Date, times = 1): void {
    this.rateLimit = { retryAfter: after instanceof Date ? after.toUTCString() : String(after), times };
  }

  /** The value of Retry-After when this request is one too many. */
  takeRateLimit(): string | undefined {
    const limit = this.rateLimit;
    if (!limit) return undefined;
    this.rateLimit = limit.times > 1 ? { ...limit, times: limit.times - 1 } : undefined;
    return limit.retryAfter;
  }

  /** Should this request fail with 500? Counts down. */
  takeServerError(): boolean {
    if (this.serverErrors <= 0) return false;
    this.serverErrors -= 1;
    return true;
  }

  /** Everything works again. */
  clear(): void {
    this.delayMs = 0;
    this.hang = this.refuseConnections = this.truncateJson = this.htmlError = this.wall = false;
    this.unauthorized = false;
    this.rateLimit = undefined;
    this.serverErrors = 0;
    this.#failing = [];
    this.#drops = [];
    this.#losses = [];
  }
}

/** Faults of all servers at once, of each (`faults.of.api`), and of the events between them. */
export class FaultControls extends HostFaults {
  readonly of: Readonly<Record<HostName, HostFaults>> = {
    login: new HostFaults(),
    api: new HostFaults(),
    stream: new HostFaults(),
    media: new HostFaults(),
  };
  /** Pushes every message twice. */
  duplicateEvents = false;
  /** Holds pushes back for this long (simulated time). */
  lateEventsMs = 0;
  /** Systems whose whole document is refused with this status, while the account still lists them. */
  readonly brokenSystems = new Map<number, 404 | 500>();
  /** Systems whose document has no device list, an empty one, or an object in its place. */
  readonly deviceLists = new Map<number, 'missing' | 'empty' | 'object'>();
  /** Loses every push, as a channel that went silent while its polls still answer. */
  silentStream = false;
  readonly #ignored = new Set<string>();
  readonly #actions: { dropStream: () => void; makeUnavailable: (deviceId: number) => void };

  constructor(actions: { dropStream: () => void; makeUnavailable: (deviceId: number) => void }, options: FaultOptions = {}) {
    super();
    this.#actions = actions;
    this.delayMs = options.delayMs ?? 0;
    this.hang = options.hang ?? false;
    this.refuseConnections = options.refuseConnections ?? false;
    this.truncateJson = options.truncateJson ?? false;
    this.htmlError = options.htmlError ?? false;
    this.duplicateEvents = options.duplicateEvents ?? false;
    this.lateEventsMs = options.lateEventsMs ?? 0;
    for (const service of options.ignoreServices ?? []) this.#ignored.add(service);
  }

  /** Resets every open long poll. */
  dropStream(): void {
    this.#actions.dropStream();
  }

  /** Accepts commands of this kind (`locks`, `door`, `armedstates`, `switches`, `thermostats`, `sensors`, `thumbnail`, `*`) and changes nothing. */
  ignoreService(service: string, ignore = true): void {
    if (ignore) this.#ignored.add(service);
    else this.#ignored.delete(service);
  }

  /** Should this command have no effect? */
  ignores(service: string): boolean {
    return this.#ignored.has('*') || this.#ignored.has(service);
  }

  /** Takes a device offline, as one that lost its power. */
  makeUnavailable(deviceId: number): void {
    this.#actions.makeUnavailable(deviceId);
  }

  override clear(): void {
    super.clear();
    for (const host of HOSTS) this.of[host].clear();
    this.duplicateEvents = this.silentStream = false;
    this.lateEventsMs = 0;
    this.brokenSystems.clear();
    this.deviceLists.clear();
    this.#ignored.clear();
  }
}

function take(list: string[], what: string): boolean {
  const index = list.findIndex((part) => what.includes(part));
  if (index < 0) return false;
  list.splice(index, 1);
  return true;
}
