import { nodePointer, type WalkNode } from '@switchyard-mcp/core';
import { toRecord } from '@switchyard-mcp/core/json';
import { type BodyReference, scanReferences } from './scan-references.ts';

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
  /** False when a part is nested too deep to be looked through: it may name an entity that keeps its old id there. */
  readonly complete: boolean;
}

const objectId = (entityId: string): string => entityId.slice(entityId.indexOf('.') + 1);

/** The text with new ids, put in from its end so that the places before stay where they are. */
const withNewIds = (text: string, references: readonly BodyReference[], renames: Renames): string =>
  [...references]
    .sort((one, other) => (other.span?.start ?? 0) - (one.span?.start ?? 0))
    .reduce((changed, { id, span }) => {
      const to = renames.get(id);
      if (to === undefined || span === undefined) return changed;
      return changed.slice(0, span.start) + (span.objectOnly ? objectId(to) : to) + changed.slice(span.end);
    }, text);

/** What changes directly inside of one list or object, by the key or index of before. */
type Changes = Map<string | number, { key?: string; value?: unknown }>;

class Rebuild {
  /** Lists and objects that change, by their depth: the deepest are rebuilt first. */
  readonly #changed: Map<WalkNode, Changes>[] = [];
  readonly clashes: string[] = [];

  #at(parent: WalkNode, key: string | number): { key?: string; value?: unknown } {
    const level = (this.#changed[parent.depth] ??= new Map<WalkNode, Changes>());
    const changes = level.get(parent) ?? new Map<string | number, { key?: string; value?: unknown }>();
    level.set(parent, changes);
    const change = changes.get(key) ?? {};
    changes.set(key, change);
    return change;
  }

  /** @returns false at the start, which is inside of nothing. */
  set({ parent, key }: WalkNode, change: { readonly key?: string; readonly value?: unknown }): boolean {
    if (parent === undefined || key === undefined) return false;
    Object.assign(this.#at(parent, key), change);
    return true;
  }

  /** The body with all changes; what does not change is shared with the body of before. */
  finish(body: unknown): unknown {
    let result = body;
    for (let depth = this.#changed.length - 1; depth >= 0; depth -= 1)
      for (const [node, changes] of this.#changed[depth] ?? []) {
        const value = this.#copy(node, changes);
        if (!this.set(node, { value })) result = value;
      }
    return result;
  }

  #copy(node: WalkNode, changes: Changes): unknown {
    const changed = (key: string | number, item: unknown): unknown => {
      const change = changes.get(key);
      return change !== undefined && 'value' in change ? change.value : item;
    };
    if (Array.isArray(node.value)) return node.value.map((item: unknown, index) => changed(index, item));
    const seen = new Set<string>();
    const entries = Object.entries(toRecord(node.value)).map(([key, item]): readonly [string, unknown] => {
      const newKey = changes.get(key)?.key ?? key;
      if (seen.has(newKey)) this.clashes.push(nodePointer({ value: item, key, parent: node, depth: node.depth + 1 }));
      seen.add(newKey);
      return [newKey, changed(key, item)];
    });
    return Object.fromEntries(entries);
  }
}

/** References of each text, which is the key or the value of a node, in their order. */
const byText = (references: readonly BodyReference[]): Iterable<readonly BodyReference[]> => {
  const texts = new Map<WalkNode, { key: BodyReference[]; value: BodyReference[] }>();
  for (const reference of references) {
    const { key, value } = texts.get(reference.node) ?? { key: [], value: [] };
    texts.set(reference.node, { key, value });
    (reference.on === 'key' ? key : value).push(reference);
  }
  return [...texts.values()].flatMap(({ key, value }) => [key, value]).filter((found) => found.length > 0);
};

/**
 * Rewrites every mention of renamed entities in a body: values, lists, comma lists, keys, and the texts of templates.
 * Token-exact: light.a never touches light.a_2, media paths or names that people gave.
 */
export const rewriteReferences = (body: unknown, renames: Renames): Rewritten => {
  const scan = scanReferences(body);
  const domains = new Set([...renames.keys()].map((id) => id.slice(0, id.indexOf('.'))));
  const composed = scan.composed.filter((one) => one.domains.some((domain) => domains.has(domain)));
  const found = scan.references.filter(({ span, id }) => span !== undefined && renames.has(id));
  const rebuild = new Rebuild();
  let whole = body;
  for (const references of byText(found)) {
    const [first] = references;
    if (first === undefined) continue;
    const { node, on } = first;
    const text = withNewIds(String(on === 'key' ? node.key : node.value), references, renames);
    if (!rebuild.set(node, on === 'key' ? { key: text } : { value: text })) whole = text;
  }
  return {
    body: rebuild.finish(whole),
    references: found.map(({ node, id }) => ({ pointer: nodePointer(node), entityId: id })),
    clashes: rebuild.clashes,
    composed: composed.map(({ node }) => nodePointer(node)),
    complete: scan.complete,
  };
};
