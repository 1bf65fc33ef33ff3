import { createHmac } from 'node:crypto';
import type { Chance } from '../chance.ts';
import type { Clock } from '../clock.ts';
import { type Answer, type HostRequest, page } from '../http/answer.ts';
import { pictureOf } from './picture.ts';

const LIFE_S = 900;

/** Where signed addresses of pictures lead: no login, only the signature, and not for long. */
export class MediaHost {
  /** What the host sends instead of a picture. */
  mode: 'ok' | 'html' | 'missing' | 'endless' = 'ok';
  readonly #clock: Clock;
  readonly #key: Buffer;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#key = chance.bytes(32);
  }

  /** The path and query of a picture, good for fifteen minutes. */
  sign(panelId: number, deviceId: number, timeMs: number): string {
    const path = `/thumbnails/${panelId}/${deviceId}/${timeMs}.jpg`;
    const expires = Math.floor(this.#clock.now() / 1000) + LIFE_S;
    return `${path}?${new URLSearchParams({ Expires: String(expires), Signature: this.#signature(path, expires) })}`;
  }

  handle(request: HostRequest): Answer {
    // The real store refuses a request with two kinds of proof; a client that forwards its token shows here.
    if (request.headers['authorization'] !== undefined) return xml(400, 'InvalidArgument', 'Only one auth mechanism allowed');
    const expires = Number(request.query.get('Expires'));
    const right = request.query.get('Signature') === this.#signature(request.path, expires);
    if (!right || expires * 1000 < this.#clock.now()) return xml(403, 'AccessDenied', 'Request has expired');
    if (this.mode === 'missing') return xml(404, 'NoSuchKey', 'The specified key does not exist.');
    if (this.mode === 'html') return page(200, 'Please sign in');
    const picture = pictureOf(request.path);
    const bytes = this.mode === 'endless' ? Buffer.concat([picture, Buffer.alloc(32 * 1024 * 1024)]) : picture;
    return { status: 200, bytes, headers: { 'content-type': 'image/jpeg' } };
  }

  #signature(path: string, expires: number): string {
    return createHmac('sha256', this.#key).update(`${path}\n${expires}`).digest('base64url');
  }
}

function xml(status: number, code: string, message: string): Answer {
  return {
    status,
    text: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
    headers: { 'content-type': 'application/xml' },
  };
}
