import { foldText, nodePointer } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { eachText } from './body-references.ts';
import { mentionsIn } from './entity-mentions.ts';
import { isTemplate } from './is-template.ts';
import type { ObjectBody } from './object-operations.ts';
import type { ObjectRef } from './object-ref.ts';
import { isEntityShaped } from './reference-keys.ts';
import { scanReferences } from './scan-references.ts';

/** A body in which something was found. */
export interface BodyHit {
  readonly object: ObjectBody;
  /** Where, and what stands there. */
  readonly at: readonly { readonly pointer: string; readonly text: string }[];
}

const idLike = /^[a-z0-9_]+(\.[a-z0-9_*]+)?$/i;

/** Does a text hold an id as a whole word? light.hall is not in light.hall_2. What a template asks for as states.light.hall is held too. */
const holdsId = (wanted: string): ((text: string) => boolean) => {
  const id = wanted.toLowerCase().replace(/[.]/g, '\\.').replace(/\*/g, '[a-z0-9_]*');
  const word = new RegExp(`(?<![A-Za-z0-9_.])${id}(?![A-Za-z0-9_]|\\.[a-z0-9_])`, 'i');
  const exact = new RegExp(`^${id}$`);
  return (text) => word.test(text) || (text.includes('states') && mentionsIn(text).some((mention) => exact.test(mention.id)));
};

const holds = (query: string): ((text: string) => boolean) => {
  const wanted = query.trim();
  if (idLike.test(wanted) && wanted.includes('.')) return holdsId(wanted);
  const folded = foldText(wanted);
  return (text) => foldText(text).includes(folded);
};

const aimedAt = (text: string, query: string): string => {
  const flat = text.replace(/\s+/g, ' ');
  const index = Math.max(0, foldText(flat).indexOf(foldText(query.trim())));
  const start = Math.max(0, index - 30);
  const piece = flat.slice(start, start + 80);
  return `${start > 0 ? '…' : ''}${piece}${start + 80 < flat.length ? '…' : ''}`;
};

/** The words that a reference to an object is written with. */
export const wordsFor = (ref: ObjectRef): readonly string[] => {
  if (ref.kind === 'dashboard') return [`/${ref.key}/`, `/${ref.key}`];
  if (ref.kind === 'blueprint' || ref.kind === 'device') return [ref.key];
  if (ref.kind === 'energy') return [];
  return ref.domain === 'entity' || ['area', 'floor', 'label'].includes(ref.kind) ? [ref.key] : [ref.id];
};

/** JSON Pointers of everything in a body that refers to the object which is written with this word. */
export const placesOf = (body: Body, word: string): readonly string[] => {
  if (isEntityShaped(word)) return placesOfId(body, word);
  // An area is called by a short word: only a whole value or a quoted word of a template counts.
  const isHit = word.includes('.') ? holdsId(word) : (text: string) => text === word || (text.includes(`'${word}'`) && isTemplate(text));
  const places: string[] = [];
  eachText(body, (text, node) => {
    if (isHit(text)) places.push(nodePointer(node));
  });
  return places;
};

const placesOfId = (body: Body, id: string): readonly string[] => {
  // Most bodies name it nowhere: a search in the text is far cheaper than a scan.
  if (
    !JSON.stringify(body)
      .toLowerCase()
      .includes(id.slice(id.indexOf('.') + 1))
  )
    return [];
  const { references, complete } = scanReferences(body);
  const places = references.flatMap((reference) => (reference.id === id ? [nodePointer(reference.node)] : []));
  // What could not be looked through may refer to it: whoever deletes or renames has to know.
  return [...new Set(complete ? places : ['', ...places])];
};

/** The bodies that hold a text, in any value or key: an id as a whole word, anything else as a part, case and accents aside. */
export const searchBodies = (bodies: readonly ObjectBody[], query: string): readonly BodyHit[] => {
  const isHit = holds(query);
  return bodies.flatMap((object) => {
    const at: { readonly pointer: string; readonly text: string }[] = [];
    eachText(object.body, (text, node) => {
      if (isHit(text)) at.push({ pointer: nodePointer(node), text: aimedAt(text, query) });
    });
    return at.length > 0 ? [{ object, at }] : [];
  });
};
