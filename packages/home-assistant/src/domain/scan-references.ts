import { type WalkNode, walkValue } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import { domainsComposed, type Mention, mentionsIn } from './entity-mentions.ts';
import { isTemplate } from './is-template.ts';
import {
  dataKeys,
  domainOf,
  entityDomains,
  entityKeys,
  freeKeys,
  isEntityShaped,
  looksLikeEntity,
  nameKeys,
  pathWords,
  placeKeys,
  type ReferenceKind,
  serviceKeys,
  valueKeys,
} from './reference-keys.ts';

/**
 * The part that a reference plays.
 * target: under entity_id, what an action, trigger or condition is about. value: under another key that takes an entity, an area, an action…
 * input: given to a blueprint, may also be an action. asked: a template reads it by name. quoted: a template holds it in quotes.
 * mention: some other text holds it, and nobody can tell what for.
 */
export type ReferenceRole = 'target' | 'value' | 'input' | 'asked' | 'quoted' | 'mention';

/** One place where a body names something. */
export interface BodyReference {
  readonly kind: ReferenceKind;
  /** As Home Assistant reads it: entities and actions in small letters. */
  readonly id: string;
  /** The value that names it, or whose key does. `nodePointer` gives its JSON Pointer. */
  readonly node: WalkNode;
  readonly on: 'key' | 'value';
  readonly inTemplate: boolean;
  readonly role: ReferenceRole;
  /** It has to exist when the body runs: not in steps that are switched off, in names, or where a text only mentions it. */
  readonly required: boolean;
  /** What a rename replaces; absent where nothing may be. */
  readonly span?: Pick<Mention, 'start' | 'end' | 'objectOnly'>;
}

export interface ScannedBody {
  /** In document order, a key before its value. */
  readonly references: readonly BodyReference[];
  /** Texts under entity_id that are not the id of one entity: templates, "all", ids of the registry. What they reach only Home Assistant can tell. */
  readonly opaque: readonly string[];
  /** Texts that put ids together from parts, with their domains. */
  readonly composed: readonly { readonly node: WalkNode; readonly domains: readonly string[] }[];
  /** False when a part is nested too deep to be looked through: what it names is unknown, not absent. */
  readonly complete: boolean;
}

/** Where in a body a value is. */
interface Place {
  /** The nearest key above; items of a list have that of the list. */
  readonly key: string;
  readonly inData: boolean;
  readonly inInput: boolean;
  /** What is named here has to exist. */
  readonly required: boolean;
  /** What is named outside of the nearest data of an event has to exist. */
  readonly requiredOutside: boolean;
}

/** One text of a body: a value, or the key of one. */
interface Spot {
  readonly scan: Scan;
  readonly node: WalkNode;
  readonly text: string;
  readonly place: Place;
}

interface Scan {
  readonly references: BodyReference[];
  readonly opaque: string[];
  readonly composed: { readonly node: WalkNode; readonly domains: readonly string[] }[];
}

/** Templates of Home Assistant, and those of JavaScript in cards. */
const isAnyTemplate = (text: string): boolean => isTemplate(text) || text.includes('[[[') || text.includes('${');

const asking = /\b(?:(?:states|is_state|state_attr|is_state_attr|expand)\s*\(|states\s*\[)\s*$/;
const askedFor = /^['"]\s*[,)\]]/;
/** Longer than any way to write what asks. */
const askingLength = 40;

/** Does a template ask for an entity by name? Names put together from parts cannot be seen, and has_value asks whether it exists. */
const isAsked = (text: string, { id, start, end, objectOnly, quoted }: Mention): boolean => {
  if (!quoted || !entityDomains.has(domainOf(id))) return false;
  if (objectOnly) return true;
  // states.light.hall, but not my.states.light.hall.
  if (text[start - 1] === '.') return !/[.\w]/.test(text[start - 'states.'.length - 1] ?? '');
  return askedFor.test(text.slice(end, end + askingLength)) && asking.test(text.slice(Math.max(0, start - 1 - askingLength), start - 1));
};

const comments = /\{#[\s\S]*?#\}/g;

/** What a comment says is not asked for. Blanks take its place, so that the places of the rest stay. */
const withoutComments = (text: string): string =>
  text.includes('{#') ? text.replace(comments, (comment) => ' '.repeat(comment.length)) : text;

/** Entities that a template asks for by name, each once. */
export const entitiesInTemplate = (text: string): readonly string[] => {
  const code = withoutComments(text);
  const asked = mentionsIn(code).filter((mention) => isAsked(code, mention));
  // Those in quotes first.
  const dotted = asked.filter(({ start }) => code[start - 1] === '.');
  return [...new Set([...asked.filter((mention) => !dotted.includes(mention)), ...dotted].map(({ id }) => id))];
};

const whole = new Set(['all', 'none', '']);
const registryId = /^[0-9a-f]{32}$/;

const placeUnder = (outer: Place, key: string): Place => ({
  key,
  inData: outer.inData || dataKeys.has(key),
  inInput: outer.inInput || (key === 'input' && outer.key === 'use_blueprint'),
  required: outer.required && !freeKeys.has(key),
  requiredOutside: key === 'event_data' ? outer.required : outer.requiredOutside,
});

/** Is a mention all of a text, or an item of its comma list? */
const isItem = (text: string, { start, end }: Mention): boolean =>
  end - start === text.length || (/(?:^|,)\s*$/.test(text.slice(0, start)) && /^\s*(?:,|$)/.test(text.slice(end)));

/** The part that an item of a text plays by the key it is under. */
const roleUnder = ({ key, inInput }: Place, id: string): ReferenceRole => {
  if (key === 'entity_id') return isEntityShaped(id) && !pathWords.has(domainOf(id)) ? 'target' : 'mention';
  if (entityKeys.has(key)) return /^[a-z]/.test(id) && !pathWords.has(domainOf(id)) ? 'value' : 'mention';
  if (!looksLikeEntity(id)) return 'mention';
  if (valueKeys.has(key)) return 'value';
  return inInput ? 'input' : 'mention';
};

const inTemplate = ({ scan, node, text, place }: Spot): void => {
  const code = withoutComments(text);
  for (const mention of mentionsIn(text)) {
    const { id, quoted } = mention;
    const held = quoted ? 'quoted' : 'mention';
    const role = isAsked(code, mention) ? 'asked' : held;
    // A script is called by its own id, and the action keeps its name.
    const isAction = serviceKeys.has(place.key) && id.startsWith('script.');
    const required = role === 'asked' && place.required && !isAction;
    if (isAction) scan.references.push({ kind: 'service', id, node, on: 'value', inTemplate: true, role, required });
    else scan.references.push({ kind: 'entity', id, node, on: 'value', inTemplate: true, role, required, span: mention });
  }
  if (place.key === 'entity_id') scan.opaque.push(text);
};

const inPlainText = ({ scan, node, text, place }: Spot): void => {
  const mentions = mentionsIn(text);
  let items = 0;
  for (const mention of mentions) {
    const { id } = mention;
    const role = isItem(text, mention) ? roleUnder(place, id) : 'mention';
    if (role === 'target') items += 1;
    const required = place.required && role !== 'mention' && (role === 'target' || looksLikeEntity(id));
    scan.references.push({ kind: 'entity', id, node, on: 'value', inTemplate: false, role, required, span: mention });
  }
  if (place.key === 'entity_id' && items < text.split(',').length)
    for (const part of text.split(',').map((one) => one.trim().toLowerCase()))
      if (!isEntityShaped(part) || pathWords.has(domainOf(part))) scan.opaque.push(part);
};

/** What takes no entity: areas, devices, floors, labels and actions. False when the text is none of these. */
const ofOtherKind = ({ scan, node, text, place }: Spot): boolean => {
  const id = text.trim();
  const add = (kind: ReferenceKind, named: string, required: boolean): true => {
    scan.references.push({ kind, id: named, node, on: 'value', inTemplate: false, role: 'value', required });
    return true;
  };
  const kind = placeKeys.get(place.key);
  // A device in the data of an event must exist all the same, or the event never comes.
  const inEvent = node.parent?.key === 'event_data';
  if (kind !== undefined)
    return whole.has(id) || add(kind, id, inEvent ? kind === 'device' && place.requiredOutside && registryId.test(id) : place.required);
  if (place.key === 'area' && isRecord(node.parent?.value) && node.parent.value['type'] === 'area')
    return add('area', text, place.required);
  if (!serviceKeys.has(place.key)) return false;
  return !isEntityShaped(id.toLowerCase()) || add('service', id.toLowerCase(), place.required && !place.inData);
};

const isName = (node: WalkNode, { key }: Place): boolean => nameKeys.has(key) || (node.depth === 1 && node.key === 'id');

const ofText = (spot: Spot): void => {
  const { scan, node, text, place } = spot;
  const domains = domainsComposed(text);
  if (domains.length > 0) scan.composed.push({ node, domains });
  if (isAnyTemplate(text)) inTemplate(spot);
  else if (!isName(node, place) && !ofOtherKind(spot)) inPlainText(spot);
};

/** Scenes, and calls that set them, have entity ids as keys; other keys may hold one too. */
/** @param place of the object that the key is in. */
const ofKey = ({ scan, node, text, place }: Spot): void => {
  for (const mention of mentionsIn(text)) {
    const { id } = mention;
    const isSet = place.key === 'entities' && id === text.toLowerCase() && /^[a-z]/.test(id);
    const required = isSet && place.required && looksLikeEntity(id);
    scan.references.push({
      kind: 'entity',
      id,
      node,
      on: 'key',
      inTemplate: false,
      role: isSet ? 'value' : 'mention',
      required,
      span: mention,
    });
  }
};

/** Can a text under this key name anything? Most texts are single words, and need no second look. */
const isTelling = (text: string, key: string): boolean =>
  text.includes('.') || text.includes('[') || key === 'entity_id' || key === 'area' || placeKeys.has(key);

const start: Place = { key: '', inData: false, inInput: false, required: true, requiredOutside: true };

/** The place of the values below, and what is found on the way to it. */
const visit = (scan: Scan, node: WalkNode, outer: Place): Place => {
  const { value, key } = node;
  if (typeof key === 'string' && key.includes('.')) ofKey({ scan, node, text: key, place: outer });
  if (typeof value === 'string' ? !isTelling(value, typeof key === 'string' ? key : outer.key) : typeof value !== 'object') return outer;
  const place = typeof key === 'string' ? placeUnder(outer, key) : outer;
  if (typeof value === 'string') ofText({ scan, node, text: value, place });
  return isRecord(value) && value['enabled'] === false ? { ...place, required: false, requiredOutside: false } : place;
};

/**
 * Everything that a body names, in one pass: the one place that knows how bodies refer to things. What must exist, what a rename rewrites,
 * who uses a thing and whom the guard sees are all taken from its result.
 */
export const scanReferences = (body: unknown): ScannedBody => {
  const scan: Scan = { references: [], opaque: [], composed: [] };
  const { complete } = walkValue<Place>(body, (node, outer) => visit(scan, node, outer), { context: start });
  return { ...scan, complete };
};
