import { createHash } from 'node:crypto';
import type { Context } from './types.ts';

const ULID_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let counter = 0;

/** A ULID-shaped id: time first, then a counter, so ids of one process never collide. */
export function newUlid(now = Date.now()): string {
  let time = now;
  let head = '';
  for (let digit = 0; digit < 10; digit += 1) {
    head = (ULID_ALPHABET[time % 32] ?? '0') + head;
    time = Math.floor(time / 32);
  }
  counter += 1;
  const hash = createHash('sha256').update(String(counter)).digest();
  let tail = '';
  for (let digit = 0; digit < 16; digit += 1) tail += ULID_ALPHABET[(hash[digit] ?? 0) % 32] ?? '0';
  return head + tail;
}

/** A UUID-shaped id, of the same counter: a run gives the same ones again. */
export function newUuid(): string {
  counter += 1;
  const hex = stableId(`uuid ${counter}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** A 32-digit hex id that is always the same for the same text. */
export function stableId(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** A context without a parent. */
export function newContext(userId: string | null = null): Context {
  return { id: newUlid(), parent_id: null, user_id: userId };
}

/** Lower-case ASCII words joined by underscores, as Home Assistant makes ids from names. */
export function slugify(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** A name as it is compared when spoken. */
export function foldName(name: string): string {
  return slugify(name).replaceAll('_', ' ');
}

/** Home Assistant's ISO format: microseconds and an explicit UTC offset. */
export function isoTime(ms: number): string {
  const micros = String(Math.floor((ms % 1) * 1000)).padStart(3, '0');
  return new Date(Math.floor(ms)).toISOString().replace('Z', `${micros}+00:00`);
}

/** A number in [0, 1) that depends only on its input: deterministic homes and histories. */
export function noise(text: string, index = 0): number {
  let hash = 2166136261 ^ index;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296;
}
