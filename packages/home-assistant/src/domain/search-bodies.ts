import { foldText } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import { textsOfBody } from './body-references.ts';
import { isTemplate } from './is-template.ts';
import type { ObjectBody } from './object-operations.ts';
import type { ObjectRef } from './object-ref.ts';

/** A body in which something was found. */
export interface BodyHit {
  readonly object: ObjectBody;
  /** Where, and what stands there. */
  readonly at: readonly { readonly pointer: string; readonly text: string }[];
}

const idLike = /^[a-z0-9_]+(\.[a-z0-9_*]+)?$/i;

/** Does a text hold an id as a whole word? light.hall is not in light.hall_2. */
const holdsId = (wanted: string): ((text: string) => boolean) => {
  const pattern = new RegExp(
    `(?<![A-Za-z0-9_.])${wanted.replace(/[.]/g, '\\.').replace(/\*/g, '[a-z0-9_]*')}(?![A-Za-z0-9_]|\\.[a-z0-9_])`,
    'i',
  );
  return (text) => pattern.test(text);
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

/** JSON Pointers of all texts that hold a word. */
export const placesOf = (body: Body, word: string): readonly string[] => {
  // An area is called by a short word: only a whole value or an id within a text counts.
  const isHit = word.includes('.') ? holdsId(word) : (text: string) => text === word || (text.includes(`'${word}'`) && isTemplate(text));
  return textsOfBody(body).flatMap(({ text, at }) => (isHit(text) ? [at] : []));
};

/** The bodies that hold a text, in any value or key: an id as a whole word, anything else as a part, case and accents aside. */
export const searchBodies = (bodies: readonly ObjectBody[], query: string): readonly BodyHit[] => {
  const isHit = holds(query);
  return bodies.flatMap((object) => {
    const at = textsOfBody(object.body).flatMap(({ text, at: pointer }) => (isHit(text) ? [{ pointer, text: aimedAt(text, query) }] : []));
    return at.length > 0 ? [{ object, at }] : [];
  });
};
