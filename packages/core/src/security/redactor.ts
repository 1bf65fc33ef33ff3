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

const formsOf = (secret: string): readonly string[] => {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/\+/g, '-').replace(/\//g, '_'),
    Buffer.from(secret).toString('hex'),
  ];
};

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Hides every secret it was told of, in each form it can travel in, and what looks like one. */
export class Redactor {
  readonly #forms = new Set<string>();
  #known: RegExp | undefined;

  /** Remembers a secret. From now on no text that passes here holds it. */
  keep(secret: string): void {
    if (secret.length < shortestSecret) return;
    for (const form of formsOf(secret)) this.#forms.add(form);
    const longestFirst = [...this.#forms].sort((a, b) => b.length - a.length);
    this.#known = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'g');
  }

  redact(text: string): string {
    let clean = this.#known ? text.replace(this.#known, mask) : text;
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
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
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapText(item, change)]));
};

/** The one of this process. */
export const redactor = new Redactor();
