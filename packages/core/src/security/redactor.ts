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

/** Hides every secret it was told of, in each form it can travel in, and what looks like one. */
export class Redactor {
  /** By their first characters, longest first. Tokens come anew every hour, so a search must not slow down with their number. */
  readonly #byStart = new Map<string, string[]>();
  readonly #forms = new Set<string>();
  readonly #marks = new Uint8Array(0x10000);

  /** Remembers a secret. From now on no text that passes here holds it. */
  keep(secret: string): void {
    if (secret.length < shortestSecret) return;
    for (const form of formsOf(secret)) {
      if (this.#forms.has(form)) continue;
      this.#forms.add(form);
      const start = form.slice(0, shortestSecret);
      const known = this.#byStart.get(start) ?? [];
      const shorter = known.findIndex(({ length }) => length < form.length);
      known.splice(shorter < 0 ? known.length : shorter, 0, form);
      this.#byStart.set(start, known);
      this.#marks[mark(form, 0)] = 1;
    }
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

  /** Redacts every string of a JSON-like value, keys included. */
  redactDeep<T>(value: T): T {
    return mapText(value, (text) => this.redact(text)) as T;
  }
}

/** Applies `change` to every string of a JSON-like value, keys included. */
export const mapText = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapText(item, change));
  if (typeof value !== 'object' || value === null) return value;
  // Dates and the like go out as JSON.stringify would write them, not as an empty object.
  if ('toJSON' in value && typeof value.toJSON === 'function') return mapText(value.toJSON(), change);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapText(item, change)]));
};

/** The one of this process. */
export const redactor = new Redactor();
