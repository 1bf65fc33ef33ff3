/** Which entity ids become which. A rename never changes the domain, so neither does this. */
export type Renames = ReadonlyMap<string, string>;

/** One place in a body that names a renamed entity. */
export interface Reference {
  /** JSON Pointer into the body; of a key, the pointer of its value. */
  readonly pointer: string;
  readonly entityId: string;
}

export interface Rewritten {
  /** The same object when nothing in it named an entity. */
  readonly body: unknown;
  readonly references: readonly Reference[];
  /** Pointers of objects in which the new id is a key already: rewriting would lose one of the two. */
  readonly clashes: readonly string[];
  /** Pointers of templates that put ids of this domain together from parts: no search can see what they name. */
  readonly composed: readonly string[];
}

/** A dotted chain of words, as long as it goes: light.a, states.light.a.state, picture.light.a.png. */
const chains = /[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)+/gu;
/** states.light['a'] and states['light']['a']. */
const bracketed = /\bstates(?:\.(\w+)|\[(['"])(\w+)\2\])\[(['"])(\w+)\4\]/g;
const template = /\{\{|\{%|\[\[\[|\$\{/;
/** What may not touch an id: it would be part of a glob, an address or a longer word. */
const gluedBefore = /[.*@/-]/;
const gluedAfter = /[*@-]/;
/** Paths that end in an entity id by design. */
const idPaths = /\/(?:camera_proxy|camera_proxy_stream|image_proxy|media_player_proxy|states|calendars|history)\/$/;

/** Names a person gave. They may look like an id and mean none; the same key may hold a template, which does. */
const names = new Set(['alias', 'name', 'title', 'path', 'unique_id']);
/** A service's name is no entity: renaming script.a leaves the service script.a. */
const services = new Set(['action', 'service', 'perform_action']);

/** "light.a" or undefined: what entity a chain at this place of the text stands for. */
const entityOf = (text: string, chain: string, at: number): string | undefined => {
  const [first = '', second = '', third] = chain.split('.');
  if (first === 'states' && third !== undefined) return text[at - 1] === '.' ? undefined : `${second}.${third}`.toLowerCase();
  if (third !== undefined) return undefined;
  const before = text[at - 1] ?? '';
  if (gluedAfter.test(text[at + chain.length] ?? '')) return undefined;
  if (gluedBefore.test(before) && !(before === '/' && idPaths.test(text.slice(0, at)))) return undefined;
  return chain.toLowerCase();
};

interface Walk {
  readonly renames: Renames;
  readonly domains: ReadonlySet<string>;
  readonly found: Reference[];
  readonly clashes: string[];
  readonly composed: string[];
}

const objectId = (entityId: string): string => entityId.slice(entityId.indexOf('.') + 1);

const rewriteText = (text: string, pointer: string, walk: Walk, accept: (entityId: string) => boolean): string => {
  if (!text.includes('.') && !text.includes('[')) return text;
  const replaced = (entityId: string): string | undefined => {
    const to = accept(entityId) ? walk.renames.get(entityId) : undefined;
    if (to !== undefined) walk.found.push({ pointer, entityId });
    return to;
  };
  const plain = text.replace(chains, (chain, at: number) => {
    const entityId = entityOf(text, chain, at);
    const to = entityId === undefined ? undefined : replaced(entityId);
    if (to === undefined) return chain;
    const [first, , , ...rest] = chain.split('.');
    return first === 'states' && entityId !== chain.toLowerCase() ? ['states', to, ...rest].join('.') : to;
  });
  return plain.replace(bracketed, (all, dotted: string | undefined, _quote, quoted: string | undefined, mark: string, object: string) => {
    const to = replaced(`${dotted ?? quoted ?? ''}.${object}`.toLowerCase());
    return to === undefined ? all : `${all.slice(0, all.lastIndexOf('['))}[${mark}${objectId(to)}${mark}]`;
  });
};

/** 'light.' ~ room, "light." + room, light.{{ room }}, 'light.%s' */
const isComposed = (text: string, domains: ReadonlySet<string>): boolean => {
  const parts = text.matchAll(/(?<![\p{L}\p{N}_.])([a-z_]+)\.(?:['"`]\s*[~+]|\{\{|\{%|\$\{|%s|\{\d?\})/gu);
  for (const [, domain] of parts) if (domain !== undefined && domains.has(domain)) return true;
  return /\{\{|\{%/.test(text) && [...text.matchAll(/\bstates\.(\w+)\[(?!['"])/g)].some(([, domain]) => domains.has(domain ?? ''));
};

const textAt = (text: string, pointer: string, key: string, walk: Walk): string => {
  const isTemplate = template.test(text);
  if (isComposed(text, walk.domains)) walk.composed.push(pointer);
  // The id of an automation or a scene is its own; ids deeper down are compared with each other and change together.
  if (!isTemplate && (names.has(key) || services.has(key) || pointer === '/id')) return text;
  return rewriteText(text, pointer, walk, (entityId) => !services.has(key) || !entityId.startsWith('script.'));
};

const escaped = (key: string): string => key.replace(/~/g, '~0').replace(/\//g, '~1');

const objectAt = (value: Readonly<Record<string, unknown>>, pointer: string, walk: Walk): Readonly<Record<string, unknown>> => {
  let changed = false;
  const seen = new Set<string>();
  const entries = Object.entries(value).map(([key, item]): readonly [string, unknown] => {
    const here = `${pointer}/${escaped(key)}`;
    const newKey = rewriteText(key, here, walk, () => true);
    const newItem = visit(item, here, key, walk);
    if (newKey !== key || newItem !== item) changed = true;
    if (seen.has(newKey)) walk.clashes.push(here);
    seen.add(newKey);
    return [newKey, newItem];
  });
  return changed ? Object.fromEntries(entries) : value;
};

const visit = (value: unknown, pointer: string, key: string, walk: Walk): unknown => {
  if (typeof value === 'string') return textAt(value, pointer, key, walk);
  if (Array.isArray(value)) {
    const items = value.map((item, index) => visit(item, `${pointer}/${index}`, key, walk));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return objectAt(value as Readonly<Record<string, unknown>>, pointer, walk);
};

/**
 * Rewrites every mention of renamed entities in a body: values, lists, comma lists, keys, and the texts of templates.
 * Token-exact: light.a never touches light.a_2, media paths or names that people gave.
 */
export const rewriteReferences = (body: unknown, renames: Renames): Rewritten => {
  const domains = new Set([...renames.keys()].map((id) => id.slice(0, id.indexOf('.'))));
  const walk: Walk = { renames, domains, found: [], clashes: [], composed: [] };
  return { body: visit(body, '', '', walk), references: walk.found, clashes: walk.clashes, composed: walk.composed };
};
