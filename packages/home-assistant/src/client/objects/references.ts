import { isToolError } from '@switchyard-mcp/core';
import { textsOf } from '@switchyard-mcp/core/json';
import type { ObjectBody, Reference } from '../../domain/object-operations.ts';
import type { ObjectRef } from '../../domain/object-ref.ts';
import { placesOf, wordsFor } from '../../domain/search-bodies.ts';
import { type Access, bodyOf } from './object-store.ts';

/** The word that Home Assistant's own index knows a kind by. */
const itemTypes: Readonly<Record<string, string>> = {
  automation: 'automation',
  script: 'script',
  scene: 'scene',
  helper: 'entity',
  person: 'person',
  zone: 'entity',
  entity: 'entity',
  area: 'area',
  floor: 'floor',
  label: 'label',
  device: 'device',
};
/** Kinds of the index that use a thing; the others say where it belongs. */
const users = ['automation', 'script', 'scene', 'group', 'person'] as const;

const itemOf = (ref: ObjectRef): { type: string; id: string } | undefined => {
  if (ref.kind === 'blueprint') return { type: `${ref.domain}_blueprint`, id: ref.key };
  const type = itemTypes[ref.kind];
  if (type === undefined) return undefined;
  const byKey = ['area', 'floor', 'label', 'device'].includes(ref.kind) || ref.domain === 'entity';
  return { type, id: byKey ? ref.key : ref.id };
};

/** Who is in a place, and so loses it. */
const memberKinds: Readonly<Record<string, readonly string[]>> = {
  area: ['entity', 'device'],
  floor: ['area'],
  label: ['entity', 'device', 'area'],
  device: ['entity'],
};

const indexed = async (ref: ObjectRef, { socket, signal }: Access): Promise<readonly { readonly kind: string; readonly id: string }[]> => {
  const item = itemOf(ref);
  if (!item) return [];
  try {
    const answer = bodyOf(
      await socket.command(
        { type: 'search/related', item_type: item.type, item_id: item.id },
        { signal, doing: `Looking for who uses ${ref.id}` },
      ),
    );
    return [...users, ...(memberKinds[ref.kind] ?? [])].flatMap((kind) => textsOf(answer ?? {}, kind).map((id) => ({ kind, id })));
  } catch (error) {
    // The index is an integration of its own and may be absent; bodies are searched in any case.
    if (isToolError(error) && error.fields.code === 'unsupported') return [];
    throw error;
  }
};

/** Everybody who refers to an object: what the index knows, and what bodies say (templates and dashboards are in no index). */
export const findReferences = async (ref: ObjectRef, access: Access, bodies: readonly ObjectBody[]): Promise<readonly Reference[]> => {
  const found = new Map<string, Reference>();
  const words = wordsFor(ref);
  for (const { ref: user, name, body } of bodies) {
    if (user.id === ref.id) continue;
    const at = words.flatMap((word) => placesOf(body, word));
    if (at.length > 0) found.set(user.id, { id: user.id, kind: user.kind, name, at });
  }
  const home = await access.home();
  for (const { kind, id } of await indexed(ref, access)) {
    const own = kind === 'device' || kind === 'area' ? `${kind}:${id}` : id;
    if (own !== ref.id && !found.has(own)) found.set(own, { id: own, kind, name: home.entities.get(id)?.name ?? id, at: [] });
  }
  return [...found.values()];
};
