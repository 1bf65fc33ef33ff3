import { createHmac } from 'node:crypto';
import type { Chance } from '../chance.ts';
import type { Clock } from '../clock.ts';

/** How an account proves itself after the password. */
export type Mfa = 'sms' | 'email' | 'totp' | 'none';

/** A person who can log in. */
export interface Account {
  readonly username: string;
  /** Changing it is a password change: logins with the old one fail. */
  password: string;
  readonly name: string;
  readonly mfa: Mfa;
  /** Base32, only used with `totp`. */
  readonly totpSecret: string;
  /** 24 hex digits, as `u._id`. */
  readonly userId: string;
  /** `u.mbc`: names the stream's channel. */
  readonly channel: string;
  /** Which systems the person sees, and whether as an administrator. */
  readonly systems: readonly { readonly panelId: number; readonly admin: boolean }[];
}

/** A code that was sent by text message or e-mail. */
export interface SentCode {
  readonly username: string;
  readonly by: 'sms' | 'email';
  readonly code: string;
  readonly at: number;
}

const CODE_LIFE_MS = 5 * 60_000;
const TOTP_STEP_S = 30;

/** Sends, computes and checks codes. */
export class Codes {
  readonly sent: SentCode[] = [];
  /** Told of every code that is sent. */
  onSent: ((sent: SentCode) => void) | undefined;
  readonly #clock: Clock;
  readonly #chance: Chance;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Sends a fresh code; earlier ones of the account are void. */
  send(account: Account): void {
    if (account.mfa !== 'sms' && account.mfa !== 'email') return;
    const code = this.#chance.sixDigits();
    const sent: SentCode = { username: account.username, by: account.mfa, code, at: this.#clock.now() };
    this.sent.push(sent);
    this.onSent?.(sent);
  }

  /** The code that is right at this moment: the last one sent, or the authenticator's. */
  current(account: Account): string | undefined {
    if (account.mfa === 'totp') return totp(account.totpSecret, this.#clock.now());
    return this.sent.findLast((sent) => sent.username === account.username)?.code;
  }

  /** Is this code right? One step of clock difference is allowed for authenticators. */
  fits(account: Account, code: string): boolean {
    const now = this.#clock.now();
    if (account.mfa === 'totp') {
      return [-1, 0, 1].some((steps) => totp(account.totpSecret, now + steps * TOTP_STEP_S * 1000) === code);
    }
    const last = this.sent.findLast((sent) => sent.username === account.username);
    return last !== undefined && last.code === code && now - last.at <= CODE_LIFE_MS;
  }
}

/** The six digits of RFC 6238 with SHA-1 and steps of 30 s. */
export function totp(secret: string, atMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 1000 / TOTP_STEP_S)));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
