import { isRecord, recordsIn, textOf, textsOf } from '@switchyard-mcp/core/json';
import type { Body } from '../../domain/body.ts';
import type { ObjectRef } from '../../domain/object-ref.ts';
import type { Access } from './object-store.ts';

type Reach = Pick<Access, 'socket' | 'signal'>;

type Holder = 'entity' | 'device' | 'area';

/** Who can be in an area or on a floor, or carry a label or a category. */
const holders: Readonly<Record<string, readonly Holder[]>> = {
  area: ['entity', 'device'],
  floor: ['area'],
  label: ['entity', 'device', 'area'],
  category: ['entity'],
};
const idKey: Readonly<Record<Holder, string>> = { entity: 'entity_id', device: 'id', area: 'area_id' };
const updateKey: Readonly<Record<Holder, string>> = { entity: 'entity_id', device: 'device_id', area: 'area_id' };

const rowsOf = async (holder: Holder, { socket, signal }: Reach): Promise<readonly Body[]> =>
  recordsIn(await socket.command({ type: `config/${holder}_registry/list` }, { signal, doing: `Reading the ${holder} registry` }));

/** A category counts in its scope alone. */
const categoryOf = ({ key }: ObjectRef): { readonly scope: string; readonly id: string } => {
  const at = key.indexOf('/');
  return { scope: key.slice(0, at), id: key.slice(at + 1) };
};

/** What a row has of the kind: the id of its area, floor or category. */
const placeOf = (ref: ObjectRef, row: Body): unknown => {
  if (ref.kind !== 'category') return row[`${ref.kind}_id`];
  return isRecord(row['categories']) ? row['categories'][categoryOf(ref).scope] : undefined;
};

const isIn = (ref: ObjectRef, row: Body): boolean => {
  if (ref.kind === 'label') return textsOf(row, 'labels').includes(ref.key);
  return placeOf(ref, row) === (ref.kind === 'category' ? categoryOf(ref).id : ref.key);
};

/** What makes the row a member again; undefined when it got another place meanwhile. */
const joining = (ref: ObjectRef, row: Body): Body | undefined => {
  if (ref.kind === 'label') return { labels: [...textsOf(row, 'labels'), ref.key] };
  if ((placeOf(ref, row) ?? null) !== null) return undefined;
  if (ref.kind !== 'category') return { [`${ref.kind}_id`]: ref.key };
  const { scope, id } = categoryOf(ref);
  return { categories: { [scope]: id } };
};

/** Everything that loses an area, a floor, a label or a category when it is removed; ids by kind. */
export const readMembers = async (ref: ObjectRef, access: Reach): Promise<Body | undefined> => {
  const members: Record<string, readonly string[]> = {};
  for (const holder of holders[ref.kind] ?? []) {
    const ids = (await rowsOf(holder, access)).filter((row) => isIn(ref, row)).flatMap((row) => textOf(row, idKey[holder]) ?? []);
    if (ids.length > 0) members[holder] = ids;
  }
  return Object.keys(members).length > 0 ? members : undefined;
};

/** Puts back what was there; what got another place meanwhile keeps it. */
export const restoreMembers = async (ref: ObjectRef, members: Body, access: Access): Promise<void> => {
  for (const holder of holders[ref.kind] ?? []) {
    const wanted = new Set(textsOf(members, holder));
    if (wanted.size === 0) continue;
    for (const row of await rowsOf(holder, access)) {
      const id = textOf(row, idKey[holder]);
      if (id === undefined || !wanted.has(id)) continue;
      const change = joining(ref, row);
      if (change === undefined) continue;
      await access.socket.command(
        { type: `config/${holder}_registry/update`, [updateKey[holder]]: id, ...change },
        { signal: access.signal, write: true, doing: `Putting ${id} back` },
      );
    }
  }
};
