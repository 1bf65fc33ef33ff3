import { nearMisses, refuse, type ToolError } from '@switchyard-mcp/core';

/** What can be read and edited as an object with a body. */
export const objectKinds = [
  'automation',
  'script',
  'scene',
  'helper',
  'person',
  'zone',
  'dashboard',
  'blueprint',
  'area',
  'floor',
  'label',
  'category',
  'device',
  'entity',
  'integration',
  'energy',
] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** Address of one object; with an empty key it stands for its kind: a list when read, a new one when written. */
export interface ObjectRef {
  readonly kind: ObjectKind;
  /** The entity's domain, the helper's integration, "automation" or "script" for blueprints; else the kind. */
  readonly domain: string;
  /** What is left after domain or prefix: object id, url path, blueprint path, registry id. "" for the kind itself. */
  readonly key: string;
  /** The address in its one spelling; parsing it gives this ref again. */
  readonly id: string;
}

/** Helpers that Home Assistant keeps in its storage, each with list, create, update and delete. */
export const storageHelpers: ReadonlySet<string> = new Set([
  'input_boolean',
  'input_button',
  'input_number',
  'input_select',
  'input_text',
  'input_datetime',
  'counter',
  'timer',
  'schedule',
]);

/** Helpers that are made by a config flow; their entities have other domains, such as sensor. */
export const flowHelpers: ReadonlySet<string> = new Set([
  'derivative',
  'filter',
  'generic_hygrostat',
  'generic_thermostat',
  'group',
  'history_stats',
  'integration',
  'min_max',
  'mold_indicator',
  'random',
  'statistics',
  'switch_as_x',
  'template',
  'threshold',
  'tod',
  'trend',
  'utility_meter',
]);

const entityId = /^([a-z][a-z0-9_]*)\.([a-z0-9_]+)$/;
const prefixes = ['dashboard', 'blueprint', 'area', 'floor', 'label', 'category', 'device', 'integration', 'entity', 'helper'] as const;
type Prefix = (typeof prefixes)[number];
const prefixed = new RegExp(`^(${prefixes.join('|')}):\\s*(.+)$`, 'is');
const ownDomains: ReadonlySet<string> = new Set(['automation', 'script', 'scene', 'person', 'zone']);
/** Words that a program puts where an id was missing; as an id they overwrote somebody's object before. */
const placeholders = new Set(['new', 'null', 'none', 'undefined', 'nan', 'id', 'unknown', 'none_yet', 'tbd', 'example', 'string']);

const bad = (text: string, why: string): ToolError =>
  refuse('invalid_input', `"${text.slice(0, 80)}" is not a valid object address.`, {
    why,
    didYouMean: nearMisses(text, [...ownDomains, ...storageHelpers, ...flowHelpers, ...prefixes.map((word) => `${word}:`), 'energy'], 3),
    next: ['Use an entity id, or dashboard:, blueprint:automation/, area:, floor:, label:, device:, integration: and the name, or energy.'],
  });

const kindOfDomain = (domain: string): ObjectKind => {
  if (ownDomains.has(domain)) return domain as ObjectKind;
  return storageHelpers.has(domain) ? 'helper' : 'entity';
};

const ofEntity = (domain: string, key: string): ObjectRef => ({ kind: kindOfDomain(domain), domain, key, id: `${domain}.${key}` });

const blueprintRef = (text: string, rest: string): ObjectRef => {
  const match = /^(automation|script|template)(?:\/(.+))?$/.exec(rest);
  const [, domain, path = ''] = match ?? [];
  if (domain === undefined || /(^|\/)\.{0,2}(\/|$)|\\/.test(path === '' ? 'x' : path))
    throw bad(text, 'A blueprint is addressed as blueprint:automation/folder/file.yaml.');
  const key = path === '' || path.endsWith('.yaml') ? path : `${path}.yaml`;
  return { kind: 'blueprint', domain, key, id: key === '' ? `blueprint:${domain}` : `blueprint:${domain}/${key}` };
};

const ofPrefix = (text: string, prefix: Prefix, rest: string): ObjectRef => {
  if (prefix === 'blueprint') return blueprintRef(text, rest);
  const entity = entityId.exec(rest);
  if (prefix === 'entity') {
    if (!entity) throw bad(text, 'After entity: comes an entity id; it stands for the registry entry of the entity.');
    return { kind: 'entity', domain: 'entity', key: rest, id: `entity:${rest}` };
  }
  if (prefix === 'helper') {
    if (entity?.[1] && entity[2]) return ofEntity(entity[1], entity[2]);
    if (!/^[a-z][a-z0-9_]*$/.test(rest)) throw bad(text, 'After helper: comes the kind of helper, such as helper:template.');
    return { kind: 'helper', domain: rest, key: '', id: `helper:${rest}` };
  }
  if (prefix === 'dashboard' && !/^[a-z0-9][a-z0-9_-]*$/.test(rest))
    throw bad(text, 'After dashboard: comes its url path: lower case letters, digits, dashes.');
  return { kind: prefix, domain: prefix, key: rest, id: `${prefix}:${rest}` };
};

const ofWord = (word: string): ObjectRef | undefined => {
  if (word === 'energy') return { kind: 'energy', domain: 'energy', key: 'preferences', id: 'energy' };
  if (ownDomains.has(word)) return { kind: word as ObjectKind, domain: word, key: '', id: word };
  if (storageHelpers.has(word)) return { kind: 'helper', domain: word, key: '', id: word };
  // `integration` is a helper too (the Riemann sum); as a bare word it means that helper only after helper:.
  if (flowHelpers.has(word) && word !== 'integration') return { kind: 'helper', domain: word, key: '', id: `helper:${word}` };
  if ((prefixes as readonly string[]).includes(word)) return { kind: word as ObjectKind, domain: word, key: '', id: word };
  return undefined;
};

/**
 * Reads an address: an entity id, a prefix with a name, a kind alone, or "energy".
 * @throws ToolError invalid_input.
 */
export const parseObjectRef = (text: string): ObjectRef => {
  const given = text.trim();
  const prefix = prefixed.exec(given);
  if (prefix?.[1] && prefix[2]) return ofPrefix(given, prefix[1].toLowerCase() as Prefix, prefix[2].trim());
  const entity = entityId.exec(given.toLowerCase());
  if (entity?.[1] && entity[2]) return ofEntity(entity[1], entity[2]);
  const word = ofWord(given.toLowerCase().replace(/:$/, ''));
  if (word) return word;
  throw bad(given, 'It is neither an entity id nor a kind of object, and has no known prefix.');
};

/** Refuses ids that stand for a missing one: two objects called "new" overwrite each other. */
export const requireRealKey = (ref: ObjectRef): void => {
  if (!placeholders.has(ref.key.toLowerCase())) return;
  throw refuse('invalid_input', `"${ref.key}" is a placeholder, not an id.`, {
    next: [`Give a name of its own, or id="${ref.domain}" alone to have one made.`],
  });
};
