import type { Clock } from '../clock.ts';
import type { FaultControls } from '../faults.ts';
import { copy, type Json } from '../json.ts';
import type { Account } from '../login/accounts.ts';

/** One published message. */
export interface Published {
  readonly channel: string;
  /** 17 digits, unique and rising. */
  readonly timetoken: string;
  readonly payload: Json;
  readonly atMs: number;
}

/** How the stream keeps and gives. */
export interface StreamRules {
  /** The channel goes silent when its user asked the API nothing for this long. */
  idleMs: number;
  /** How many messages are kept for those who come back … */
  keepMessages: number;
  /** … and for how long. */
  keepMs: number;
  /** A poll without news is answered after this time. */
  pollMs: number;
}

/** Channels, their last messages and the polls that wait for the next. */
export class Hub {
  readonly rules: StreamRules;
  /** Every push that was made, delivered or not: for tests that count. */
  readonly published: Published[] = [];
  /** Pushes that nobody will ever get, because the channel was silent. */
  readonly lost: { readonly channel: string; readonly payload: Json }[] = [];
  readonly #clock: Clock;
  readonly #faults: FaultControls;
  readonly #accounts: readonly Account[];
  readonly #channels = new Map<string, Published[]>();
  readonly #lastAsked = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #lastTimetoken = 0n;
  #dropped = 0;

  constructor(parts: { clock: Clock; faults: FaultControls; accounts: readonly Account[] }, rules: Partial<StreamRules> = {}) {
    this.#clock = parts.clock;
    this.#faults = parts.faults;
    this.#accounts = parts.accounts;
    this.rules = { idleMs: 15 * 60_000, keepMessages: 100, keepMs: 20 * 60_000, pollMs: 310_000, ...rules };
  }

  /** The user asked the API something: the channel lives on. */
  touch(account: Account): void {
    this.#lastAsked.set(account.channel, this.#clock.now());
  }

  /** Publishes to everybody who sees the system. */
  publish(panelId: number, message: Json): void {
    const payload = copy(message);
    const send = (): void => {
      for (const account of this.#accounts)
        if (account.systems.some((system) => system.panelId === panelId)) this.#put(account.channel, payload);
    };
    const { lateEventsMs, duplicateEvents } = this.#faults;
    for (let i = 0; i < (duplicateEvents ? 2 : 1); i += 1) {
      if (lateEventsMs > 0) this.#clock.after(lateEventsMs, send);
      else send();
    }
  }

  /** A 17-digit time that no message has yet. */
  timetoken(): string {
    const now = BigInt(this.#clock.now()) * 10_000n;
    this.#lastTimetoken = now > this.#lastTimetoken ? now : this.#lastTimetoken + 1n;
    return String(this.#lastTimetoken);
  }

  /** Resets every open poll; their messages stay. */
  dropPolls(): void {
    this.#dropped += 1;
    this.#wake();
  }

  get openPolls(): number {
    return this.#waiting.size;
  }

  /** Messages after a time; waits for the first one. `undefined`: the poll was dropped. */
  async poll(channels: readonly string[], since: string, signal: AbortSignal): Promise<readonly Published[] | undefined> {
    const dropped = this.#dropped;
    const until = this.#clock.now() + this.rules.pollMs;
    for (;;) {
      const found = this.#after(channels, BigInt(since));
      if (found.length > 0) return found;
      if (this.#clock.now() >= until || signal.aborted) return [];
      await this.#news(until, signal);
      if (this.#dropped !== dropped) return undefined;
    }
  }

  #after(channels: readonly string[], since: bigint): Published[] {
    const now = this.#clock.now();
    const kept = channels.flatMap((channel) => this.#channels.get(channel) ?? []);
    return kept.filter(({ timetoken, atMs }) => BigInt(timetoken) > since && now - atMs <= this.rules.keepMs);
  }

  #news(until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#clock.after(until - this.#clock.now(), done);
      signal.addEventListener('abort', done);
      this.#waiting.add(done);
    });
  }

  #put(channel: string, payload: Json): void {
    const now = this.#clock.now();
    const idleMs = now - (this.#lastAsked.get(channel) ?? Number.NEGATIVE_INFINITY);
    if (idleMs > this.rules.idleMs || this.#faults.silentStream) return void this.lost.push({ channel, payload });
    const message = { channel, timetoken: this.timetoken(), payload, atMs: now };
    const kept = this.#channels.get(channel) ?? [];
    kept.push(message);
    this.#channels.set(channel, kept.slice(-this.rules.keepMessages));
    this.published.push(message);
    this.#wake();
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
