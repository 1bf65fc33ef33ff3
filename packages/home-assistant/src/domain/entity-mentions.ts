/** A piece of a text that means an entity. */
export interface Mention {
  /** In small letters, as Home Assistant reads it. */
  readonly id: string;
  /** What a rename replaces: the whole id, or in states['light']['hall'] the part after the dot. */
  readonly start: number;
  readonly end: number;
  readonly objectOnly: boolean;
  /** 'light.hall', states.light.hall or states['light']['hall']: in a template these ask for an entity, where x.y may be anything. */
  readonly quoted: boolean;
}

/** A dotted chain of words, as long as it goes: light.a, states.light.a.state, picture.light.a.png. */
const chains = /[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)+/gu;
/** states.light['a'] and states['light']['a']. */
const bracketed = /\bstates(?:\.(\w+)|\[(['"])(\w+)\2\])\[(['"])(\w+)\4\]/g;
/** What may not touch an id: it would be part of a glob, an address or a longer word. */
const gluedBefore = /[.*@/-]/;
const gluedAfter = /[*@-]/;
/** Paths that end in an entity id by design. */
const idPaths = /\/(?:camera_proxy|camera_proxy_stream|image_proxy|media_player_proxy|states|calendars|history)\/$/;
const quote = /['"]/;

const ofChain = (text: string, chain: string, at: number): Mention | undefined => {
  const [first = '', second = '', third] = chain.split('.');
  if (first === 'states') {
    if (third === undefined || text[at - 1] === '.') return undefined;
    const [start, id] = [at + first.length + 1, `${second}.${third}`];
    return { id: id.toLowerCase(), start, end: start + id.length, objectOnly: false, quoted: true };
  }
  if (third !== undefined) return undefined;
  const [before, after] = [text[at - 1] ?? '', text[at + chain.length] ?? ''];
  if (gluedAfter.test(after)) return undefined;
  if (gluedBefore.test(before) && !(before === '/' && idPaths.test(text.slice(0, at)))) return undefined;
  const quoted = quote.test(before) && quote.test(after);
  return { id: chain.toLowerCase(), start: at, end: at + chain.length, objectOnly: false, quoted };
};

const oneId = /^(?!states\.)[A-Za-z0-9_]+\.[A-Za-z0-9_]+$/;

/** Every mention of an entity in a text, token-exact: light.a is not in light.a_2, media paths or addresses. */
export const mentionsIn = (text: string): readonly Mention[] => {
  // Most texts with a dot are one id.
  if (oneId.test(text)) return [{ id: text.toLowerCase(), start: 0, end: text.length, objectOnly: false, quoted: false }];
  const found: Mention[] = [];
  if (text.includes('.'))
    for (const match of text.matchAll(chains)) {
      const mention = ofChain(text, match[0], match.index);
      if (mention) found.push(mention);
    }
  if (text.includes("['") || text.includes('["'))
    for (const match of text.matchAll(bracketed)) {
      const [all, dotted, , domain, mark = '', object = ''] = match;
      const end = match.index + all.length - mark.length - 1;
      const id = `${dotted ?? domain ?? ''}.${object}`.toLowerCase();
      found.push({ id, start: end - object.length, end, objectOnly: true, quoted: true });
    }
  return found;
};

const asciiChains = /[a-z0-9_]+(?:\.[a-z0-9_]+)+/gi;

/** Every id that a text could be made to name, whatever is around it: all that is a mention, and more. For refusals, which rather go too far. */
export const idsPossible = function* (text: string): Iterable<string> {
  if (text.includes('.'))
    for (const [chain] of text.toLowerCase().matchAll(asciiChains)) {
      const words = chain.split('.');
      for (let index = 1; index < words.length; index += 1) yield `${words[index - 1]}.${words[index]}`;
    }
  if (text.includes('states')) for (const { id, objectOnly } of mentionsIn(text)) if (objectOnly) yield id;
};

const parts = /(?<![\p{L}\p{N}_.])([a-z_]+)\.(?:['"`]\s*[~+]|\{\{|\{%|\$\{|%s|\{\d?\})/gu;
const indexed = /\bstates\.(\w+)\[(?!['"])/g;

/** Domains whose ids a text puts together from parts, so that no search can see what it names: 'light.' ~ room, light.{{ room }}, 'light.%s'. */
export const domainsComposed = (text: string): readonly string[] => {
  if (!/\.(?:['"`{$%]|\w+\[)/.test(text)) return [];
  const found = [...text.matchAll(parts)].map(([, domain]) => domain ?? '');
  return /\{\{|\{%/.test(text) ? [...found, ...[...text.matchAll(indexed)].map(([, domain]) => domain ?? '')] : found;
};
