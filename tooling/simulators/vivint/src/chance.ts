import { createHash, randomBytes } from 'node:crypto';

/** Simulators of one process draw different tokens, so that none passes at another's door. */
let made = 0;

/** Everything the simulated cloud draws: ids, tokens and codes. The same for the same seed and the same questions; without a seed, new each time. */
export class Chance {
  readonly #key: string;
  #drawn = 0;

  constructor(seed = process.env['SWITCHYARD_SEED'] || randomBytes(16).toString('hex')) {
    made += 1;
    this.#key = `${seed} ${made}`;
  }

  bytes(size: number): Buffer {
    this.#drawn += 1;
    const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, block) =>
      createHash('sha256').update(`${this.#key} ${this.#drawn} ${block}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, size);
  }

  hex(size: number): string {
    return this.bytes(size).toString('hex');
  }

  base64(size: number): string {
    return this.bytes(size).toString('base64');
  }

  base64url(size: number): string {
    return this.bytes(size).toString('base64url');
  }

  /** A code of six digits. */
  sixDigits(): string {
    return String(this.bytes(4).readUInt32BE() % 1_000_000).padStart(6, '0');
  }
}
