import type { Home } from './home/home.ts';

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

/** What can go wrong, settable while the simulator runs. Plain fields hold until changed, methods count down. */
export class FaultControls {
  /** Waits this long before every answer. */
  delayMs = 0;
  /** Accepts requests and commands and never answers. */
  hang = false;
  /** Destroys every new connection at once. */
  refuseConnections = false;
  /** Cuts every JSON answer of REST in the middle. */
  truncateJson = false;
  /** Answers REST with a proxy's HTML page and 502. */
  htmlError = false;
  /** Refuses the token: always, or for as many authentications as the number says. */
  unauthorized: boolean | number = false;
  /** Sends every event twice. */
  duplicateEvents = false;
  /** Holds events back for this long. */
  lateEventsMs = 0;
  rateLimit: RateLimit | undefined;
  /** REST answers 500 this many times. */
  serverErrors = 0;
  /** This many REST writes end with a broken connection: before they are done, or after. */
  brokenWrites: { readonly when: 'before' | 'after'; readonly times: number } | undefined;
  readonly #drop = new Set<string>();
  readonly #ignored = new Set<string>();
  readonly #home: Home;

  constructor(home: Home, options: FaultOptions = {}) {
    this.#home = home;
    this.delayMs = options.delayMs ?? 0;
    this.hang = options.hang ?? false;
    this.refuseConnections = options.refuseConnections ?? false;
    this.truncateJson = options.truncateJson ?? false;
    this.htmlError = options.htmlError ?? false;
    this.duplicateEvents = options.duplicateEvents ?? false;
    this.lateEventsMs = options.lateEventsMs ?? 0;
    for (const service of options.ignoreServices ?? []) this.#ignored.add(service);
  }

  /** Drops the socket, without an answer, when the next command of this type arrives. */
  dropSocketOnNext(commandType: string): void {
    this.#drop.add(commandType);
  }

  /** Is this the command to drop the socket on? Only once. */
  takeDrop(commandType: string): boolean {
    return this.#drop.delete(commandType);
  }

  /** Accepts the service (`light.turn_on`, `light.*`, `*`) and changes nothing. */
  ignoreService(service: string, ignore = true): void {
    if (ignore) this.#ignored.add(service);
    else this.#ignored.delete(service);
  }

  /** Should this call have no effect? */
  ignores(domain: string, service: string): boolean {
    return this.#ignored.has('*') || this.#ignored.has(`${domain}.*`) || this.#ignored.has(`${domain}.${service}`);
  }

  /** Refuses the token once. */
  unauthorizedOnce(): void {
    this.unauthorized = 1;
  }

  /** Should this authentication fail? Counts down. */
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

  /** Does the connection of this REST request break, and when? Counts down. */
  takeBrokenWrite(method: string): 'before' | 'after' | undefined {
    const fault = method === 'GET' ? undefined : this.brokenWrites;
    if (!fault) return undefined;
    this.brokenWrites = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined;
    return fault.when;
  }

  /** Makes an entity unavailable, as a device that lost its power. */
  makeUnavailable(entityId: string): void {
    this.#home.patch(entityId, 'unavailable', {});
  }

  /** Everything works again. */
  clear(): void {
    this.delayMs = 0;
    this.hang = this.refuseConnections = this.truncateJson = this.htmlError = this.duplicateEvents = false;
    this.unauthorized = false;
    this.lateEventsMs = 0;
    this.rateLimit = undefined;
    this.serverErrors = 0;
    this.brokenWrites = undefined;
    this.#drop.clear();
    this.#ignored.clear();
  }
}
