import { isRecord } from './is-record.ts';
import { isTemplate } from './is-template.ts';
import { pointerOf } from './json-pointer.ts';
import { entityKeys, placeKeys, type ReferenceKind } from './reference-keys.ts';

/** Something that a body names, and where. */
export interface NamedThing {
  readonly kind: ReferenceKind;
  readonly id: string;
  /** JSON Pointer into the body. */
  readonly at: string;
  /** Found in a template: what it means is only known when it runs. */
  readonly inTemplate: boolean;
}

const entityId = /^[a-z][a-z0-9_]*\.[a-z0-9_]+$/;
/** Core takes the registry's own id in place of an entity id. */
const registryId = /^[0-9a-f]{32}$/;

/** Values of entity keys that are no entities. */
const wholes = new Set(['all', 'none', 'any']);

type Found = (thing: NamedThing) => void;
type Keys = readonly (string | number)[];

const quotedIds = /['"]([a-z][a-z0-9_]*\.[a-z0-9_]+)['"]/g;
const stateObjects = /\bstates\.([a-z][a-z0-9_]*\.[a-z0-9_]+)/g;

const inTemplate = (text: string, keys: Keys, found: Found): void => {
  for (const pattern of [quotedIds, stateObjects])
    for (const [, id] of text.matchAll(pattern)) if (id) found({ kind: 'entity', id, at: pointerOf(keys), inTemplate: true });
};

const textsIn = (value: unknown, keys: Keys): readonly (readonly [string, Keys])[] => {
  if (typeof value === 'string') return value.split(',').map((text) => [text.trim(), keys] as const);
  return Array.isArray(value) ? value.flatMap((item, index) => (typeof item === 'string' ? [[item, [...keys, index]] as const] : [])) : [];
};

const ofEntityKey = (value: unknown, keys: Keys, found: Found): void => {
  for (const [text, at] of textsIn(value, keys))
    if (!isTemplate(text) && !wholes.has(text) && !registryId.test(text) && entityId.test(text))
      found({ kind: 'entity', id: text, at: pointerOf(at), inTemplate: false });
  // The entities of a scene are the keys themselves.
  if (isRecord(value) && keys.at(-1) === 'entities')
    for (const id of Object.keys(value))
      if (entityId.test(id)) found({ kind: 'entity', id, at: pointerOf([...keys, id]), inTemplate: false });
};

const ofKey = (key: string, value: unknown, keys: Keys, found: Found): void => {
  if (entityKeys.has(key)) ofEntityKey(value, keys, found);
  const kind = placeKeys[key];
  if (kind)
    for (const [text, at] of textsIn(value, keys))
      if (text !== '' && !isTemplate(text)) found({ kind, id: text, at: pointerOf(at), inTemplate: false });
  const isService = key === 'service' || key === 'action' || key === 'perform_action';
  if (isService && typeof value === 'string' && entityId.test(value))
    found({ kind: 'service', id: value, at: pointerOf(keys), inTemplate: false });
};

const visit = (value: unknown, keys: Keys, found: Found): void => {
  if (typeof value === 'string') {
    if (isTemplate(value)) inTemplate(value, keys, found);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(item, [...keys, index], found);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      ofKey(key, item, [...keys, key], found);
      visit(item, [...keys, key], found);
    }
  }
};

/** Every entity, service, device, area, floor and label that a body names, in its order. */
export const namedIn = (body: unknown): readonly NamedThing[] => {
  const things: NamedThing[] = [];
  visit(body, [], (thing) => things.push(thing));
  return things;
};

/** Every text in a body with its pointer, keys of objects included. */
export const textsOfBody = (body: unknown, keys: Keys = []): readonly { readonly text: string; readonly at: string }[] => {
  if (typeof body === 'string') return [{ text: body, at: pointerOf(keys) }];
  if (typeof body === 'number' || typeof body === 'boolean') return [{ text: String(body), at: pointerOf(keys) }];
  if (Array.isArray(body)) return body.flatMap((item, index) => textsOfBody(item, [...keys, index]));
  if (!isRecord(body)) return [];
  return Object.entries(body).flatMap(([key, item]) => [
    { text: key, at: pointerOf([...keys, key]) },
    ...textsOfBody(item, [...keys, key]),
  ]);
};
