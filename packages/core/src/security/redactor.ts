import { mapText } from '../walk/map-value.ts';

const mask = '[redacted]';
/** Shorter values would mask ordinary words. */
const shortestSecret = 6;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, mask],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}\b/g, mask],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${mask}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']+(?::[^\s/@"']*)?@/gi, `$1${mask}@`],
  [/([?&](?:access_token|refresh_token|token|authSig|api_?key|password|secret|code)=)[^&\s"'#]+/gi, `$1${mask}`],
  [/((?:authorization|x-api-key|cookie|set-cookie|vmware-api-session-id)["']?\s*[:=]\s*["']?)[^\s"',;]{6,}/gi, `$1${mask}`],
];

/**
 * The part of a secret's base64 that is the same whatever stands around it. "user:secret" encoded as one
 * holds the secret at an offset of 0, 1 or 2 bytes; the characters shared with its neighbours are left out.
 */
const base64Cores = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const wholeCharacters = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((offset * 8) / 6), wholeCharacters);
  });

// Through a Buffer, which mends a lone surrogate that encodeURIComponent would throw at.
const urlForms = (secret: string): readonly string[] => {
  const component = encodeURIComponent(Buffer.from(secret).toString());
  const form = new URLSearchParams([['', secret]]).toString().slice(1);
  return [component, form].flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
};

const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  const base64 = [bytes.toString('base64').replace(/=+$/, ''), ...base64Cores(bytes)];
  const json = JSON.stringify(secret).slice(1, -1);
  const hex = bytes.toString('hex');
  const forms = [
    secret,
    ...urlForms(secret),
    json,
    JSON.stringify(json).slice(1, -1),
    ...base64,
    ...base64.map((text) => text.replace(/\+/g, '-').replace(/\//g, '_')),
    hex,
    hex.toUpperCase(),
  ];
  return forms.filter((form) => form.length >= shortestSecret);
};

/** Three characters as one number; different ones may share it. */
const mark = (text: string, at: number): number =>
  (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;

/** Remembers secrets and hides them. */
export interface Secrets {
  /** Remembers a secret: from now on no text that passes here holds it. Returns how to forget it. */
  keep(secret: string): () => void;
  redact(text: string): string;
  /** Redacts every string of a JSON-like value, keys included. */
  redactDeep<T>(value: T): T;
}

/** Hides every secret it was given, in each form it can travel in, and what looks like one. */
export class Redactor implements Secrets {
  /** By their first characters, longest first. Tokens come anew every hour, so a search must not slow down with their number. */
  readonly #byStart = new Map<string, string[]>();
  /** How many hold on to a form: the same token may be kept twice, and one form may be that of two secrets. */
  readonly #forms = new Map<string, number>();
  readonly #marks = new Uint8Array(0x10000);

  keep(secret: string): () => void {
    if (secret.length < shortestSecret) return () => undefined;
    const forms = [...new Set(formsOf(secret))];
    for (const form of forms) this.#add(form);
    let kept = true;
    return () => {
      if (kept) for (const form of forms) this.#remove(form);
      kept = false;
    };
  }

  #add(form: string): void {
    const holders = this.#forms.get(form) ?? 0;
    this.#forms.set(form, holders + 1);
    if (holders > 0) return;
    const start = form.slice(0, shortestSecret);
    const known = this.#byStart.get(start) ?? [];
    const shorter = known.findIndex(({ length }) => length < form.length);
    known.splice(shorter < 0 ? known.length : shorter, 0, form);
    this.#byStart.set(start, known);
    // Only ever set: another form may share the mark, and a mark without a form costs one look.
    this.#marks[mark(form, 0)] = 1;
  }

  #remove(form: string): void {
    const holders = (this.#forms.get(form) ?? 0) - 1;
    if (holders > 0) {
      this.#forms.set(form, holders);
      return;
    }
    this.#forms.delete(form);
    const start = form.slice(0, shortestSecret);
    const others = this.#byStart.get(start)?.filter((known) => known !== form) ?? [];
    if (others.length > 0) this.#byStart.set(start, others);
    else this.#byStart.delete(start);
  }

  redact(text: string): string {
    let clean = this.#withoutKnown(text);
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  }

  #withoutKnown(text: string): string {
    let clean = '';
    let done = 0;
    for (let at = 0; at <= text.length - shortestSecret; ) {
      const forms = this.#marks[mark(text, at)] ? this.#byStart.get(text.slice(at, at + shortestSecret)) : undefined;
      const found = forms?.find((form) => text.startsWith(form, at));
      if (found === undefined) at += 1;
      else {
        clean += text.slice(done, at) + mask;
        at += found.length;
        done = at;
      }
    }
    return done === 0 ? text : clean + text.slice(done);
  }

  redactDeep<T>(value: T): T {
    return mapText(value, (text) => this.redact(text)) as T;
  }
}
