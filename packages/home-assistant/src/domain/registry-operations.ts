import type { Approval } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import type { Change } from './change-journal.ts';

/** What has a place in Home Assistant's registries. */
export const registryKinds = ['entity', 'device', 'area', 'floor', 'label', 'category'] as const;
export type RegistryKind = (typeof registryKinds)[number];

/** Where categories are kept apart: an automation's and a script's may have the same name. */
export const categoryScopes = ['automation', 'script', 'scene', 'helpers'] as const;

/** Voice assistants that entities can be shown to. */
export const assistants = ['conversation', 'cloud.alexa', 'cloud.google_assistant'] as const;

/** One entry: its kind and its id there. A category's id begins with its scope: "automation/01J…". */
export interface RegistryRef {
  readonly kind: RegistryKind;
  readonly id: string;
}

/** An entry as it is now. */
export interface RegistryEntry extends RegistryRef {
  /** Home Assistant's own key: it survives a rename of the entity id. */
  readonly key: string;
  /**
   * What a person can set, in Home Assistant's words; of an entity also `entity_id` and `exposed`, the assistants that see it.
   * An entity without a registry entry has these two alone.
   */
  readonly fields: Body;
}

export interface RegistryWrite {
  /** Needed to remove, to rename, and to show locks and their like to a voice assistant. */
  readonly approval?: Approval | undefined;
  /** Changes that belong together are undone together. */
  readonly group?: string | undefined;
  /** The change that this one takes back. */
  readonly undoes?: string | undefined;
  readonly signal: AbortSignal;
}

export interface RegistryWritten {
  /** As read back; absent when it was removed. */
  readonly entry?: RegistryEntry | undefined;
  readonly change: Change;
  /** What a person should know, such as a reload that is still to come. */
  readonly notes: readonly string[];
}

/**
 * Entries of the registries, behind level, lists and the security rule. Every write is kept in the journal before it is sent
 * and read back after it; an answer that never came is looked up, and `unknown` when that tells nothing.
 */
export interface RegistryOperations {
  /** Those that are there, in the order asked for. */
  read(refs: readonly RegistryRef[], signal: AbortSignal): Promise<readonly RegistryEntry[]>;
  /** All of a kind; of categories, those of one scope. Not for entities and devices: they are in `home()`. */
  list(kind: 'area' | 'floor' | 'label' | 'category', scope: string | undefined, signal: AbortSignal): Promise<readonly RegistryEntry[]>;
  /** The id is made from the name. `scope` is for categories. */
  create(
    kind: 'area' | 'floor' | 'label' | 'category',
    fields: Body,
    options: RegistryWrite & { readonly scope?: string | undefined },
  ): Promise<RegistryWritten>;
  /** Sets some fields. @throws ToolError when nothing was changed, or with sideEffects "unknown". */
  update(ref: RegistryRef, fields: Body, options: RegistryWrite): Promise<RegistryWritten>;
  /** Removes the entry, and with a place what was in it loses it. */
  remove(ref: RegistryRef, options: RegistryWrite): Promise<RegistryWritten>;
}

/** Address of an entry as changes and other tools write it. */
export const registryAddress = ({ kind, id }: RegistryRef): string => `${kind}:${id}`;
