import type { Approval, InputIssue } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import type { Change } from './change-journal.ts';
import type { ObjectKind, ObjectRef } from './object-ref.ts';

/** One row of a list of objects. */
export interface ObjectSummary {
  readonly ref: ObjectRef;
  readonly name: string;
  /** False when it lives in YAML files or in an integration. */
  readonly editable: boolean;
}

/** An object as it is now. */
export interface StoredObject extends ObjectSummary {
  /** Home Assistant's own key: the automation's id, the helper's storage id, the entry id, the url path. */
  readonly key: string;
  readonly body: Body;
  /** SHA-256 over the canonical JSON of the body, in hex; tools show the first eight digits. */
  readonly hash: string;
  /** When it cannot be edited: where it lives and what to do instead, in our own words. */
  readonly where?: string;
  /** What a person set in the entity registry: name, icon, area, labels, categories… */
  readonly registry?: Body;
}

/** A body before and after; before is absent for a new object. */
export interface BodyChange {
  readonly before?: Body | undefined;
  readonly after: Body;
  /** True when `after` is how it was: what it names may only come back with it. */
  readonly comesBack?: boolean | undefined;
}

/** A body for searching; made for many, so without hash. */
export interface ObjectBody {
  readonly ref: ObjectRef;
  readonly name: string;
  readonly body: Body;
}

/** Who refers to an object. */
export interface Reference {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** JSON Pointers into the referrer's body, when its body was read. */
  readonly at: readonly string[];
}

export interface WriteOptions {
  /** Hash that the object must have; "absent" for a new one. Checked right before the write. */
  readonly expected: string | 'absent';
  /** Needed when the new body does a security-relevant act that the old one did not. */
  readonly approval?: Approval | undefined;
  /** To bring back what was removed: the key it had, and what a person had set in the entity registry. */
  readonly restore?: { readonly key: string; readonly registry?: Body | undefined } | undefined;
  /** The change that this write takes back. */
  readonly undoes?: string | undefined;
  /** True when a call takes back what it did itself. Like with `undoes`, the body may name what only comes back with it. */
  readonly comesBack?: boolean | undefined;
  /** Changes that belong together are undone together. */
  readonly group?: string | undefined;
  readonly signal: AbortSignal;
}

/** What a write came to; read back, never assumed. */
export interface Written {
  readonly object: StoredObject;
  readonly change: Change;
  /** What a person should know: a name that was taken, an entity that did not come up. */
  readonly notes: readonly string[];
}

/**
 * Objects with a body, whatever API they hide behind. Every write and removal is kept in the journal first, is read back,
 * and obeys level, lists and the security rule below the tools.
 */
export interface ObjectOperations {
  /** Objects of a kind; of a domain when the ref names one. Not for entities and devices: those are in `home()`. */
  list(kind: ObjectRef, signal: AbortSignal): Promise<readonly ObjectSummary[]>;
  /** @throws ToolError not_found with near misses. */
  read(ref: ObjectRef, signal: AbortSignal): Promise<StoredObject>;
  /** Home Assistant's own validation of a body, without writing it. Empty when it would be taken or nothing can be known. */
  validate(ref: ObjectRef, body: Body, signal: AbortSignal): Promise<readonly InputIssue[]>;
  /** Security-relevant acts that `after` does by itself and `before` did not: what needs an approval. */
  newSecurityActs(ref: ObjectRef, change: BodyChange, signal: AbortSignal): Promise<readonly string[]>;
  /** Why the lists in force forbid to store a body of an object that is there; undefined when they do not. */
  forbids(ref: ObjectRef, body: Body, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Creates (a ref whose key is empty or not there yet) or replaces. The ref of the answer tells the real id.
   * @throws ToolError conflict when it is not as `expected`; sideEffects "unknown" when no answer came and reading back told nothing.
   */
  write(ref: ObjectRef, body: Body, options: WriteOptions): Promise<Written>;
  /** Removes and makes sure that it is gone. */
  remove(ref: ObjectRef, options: WriteOptions): Promise<{ readonly change: Change; readonly notes: readonly string[] }>;
  /** What undo could not bring back if it were removed: settings that Home Assistant does not tell. Empty for nearly all. */
  lostByRemoval(ref: ObjectRef, signal: AbortSignal): Promise<readonly string[]>;
  /** Everybody who refers to it: by Home Assistant's own index and by the text of bodies. */
  references(ref: ObjectRef, signal: AbortSignal): Promise<readonly Reference[]>;
  /** All bodies that can be searched, from a cache that follows changes. `kinds` narrows what is read. */
  bodies(signal: AbortSignal, kinds?: readonly ObjectKind[]): Promise<readonly ObjectBody[]>;
  /** The plain body that an automation or script made from a blueprint stands for. */
  withoutBlueprint(ref: ObjectRef, body: Body, signal: AbortSignal): Promise<Body>;
  /** What a blueprint at an address (URL) is: where it would be saved, and its YAML text. Fetched by Home Assistant. */
  fetchBlueprint(url: string, signal: AbortSignal): Promise<{ readonly ref: ObjectRef; readonly body: Body }>;
}
