import type { Json } from '../json.ts';

/** Values that must never reach a reader. Each is remembered, so that a test can look for all of them. */
export class Secrets {
  readonly all: string[] = [];
  readonly #panelId: number;
  #count = 0;

  constructor(panelId: number) {
    this.#panelId = panelId;
  }

  text(what: string): string {
    this.#count += 1;
    return this.#keep(`canary-${what}-${this.#panelId % 1000}-n${this.#count}`);
  }

  /** A serial number. The cloud's are numbers, so it has digits only: as many as a number holds, for none to be met by chance. */
  number(): number {
    this.#count += 1;
    return Number(this.#keep(String(7_731_004_682_150_000 + (this.#panelId % 10) * 1000 + this.#count)));
  }

  /** A code that opens a door. */
  pin(): string {
    return this.text('door-code');
  }

  /** Where and who the system is. */
  system(): Json {
    return {
      add: this.text('street'),
      cit: this.text('city'),
      poc: this.text('postcode'),
      co: 'US',
      acn: this.text('account'),
      aid: this.text('account-id'),
      loc: { lat: 40.123_456_7, lng: -111.765_432_1 },
      billing_info: { plan: this.text('billing') },
      wisd: this.text('wifi-name'),
      iccid: this.text('iccid'),
      mseri: this.text('panel-serial'),
      pubip: this.text('public-ip'),
    };
  }

  /** The network side of a camera, as addresses of streams with their passwords. */
  camera(id: number): Json {
    const host = `192.0.2.${id % 250}`;
    const [user, password] = [this.text('camera-user'), this.text('camera-password')];
    const stream = (path: string): string => `rtsp://${host}:8554/${this.text(path)}`;
    return {
      un: user,
      pswd: password,
      caip: host,
      cap: 8554,
      cdp: this.text('stream-path'),
      cdps: this.text('stream-path'),
      ciu: [stream('panel')],
      cius: [stream('panel')],
      ceu: [stream('cloud')],
      ceus: [stream('cloud')],
      cetu: [`rtsps://${host}:443/${this.text('cloud')}`],
      cetus: [`rtsps://${host}:443/${this.text('cloud')}`],
      cou: [stream('origin')],
      cous: [stream('origin')],
      cia: [`https://${host}/${this.text('audio')}`],
      cea: [`https://${host}/${this.text('audio')}`],
      ceah: { 'X-Destination-Host': this.text('audio-host') },
      cmac: this.text('mac'),
      cssid: this.text('wifi-name'),
    };
  }

  #keep(value: string): string {
    this.all.push(value);
    return value;
  }
}
