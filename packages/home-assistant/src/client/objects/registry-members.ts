import type { Body } from '../../domain/object-operations.ts';
import type { ObjectRef } from '../../domain/object-ref.ts';
import { recordsOf, textOf, textsOf } from '../frame.ts';
import type { Access } from './object-store.ts';

type Reach = Pick<Access, 'socket' | 'signal'>;

type Holder = 'entity' | 'device' | 'area';

/** Who can be in an area or on a floor, or carry a label. */
const holders: Readonly<Record<string, readonly Holder[]>> = {
  area: ['entity', 'device'],
  floor: ['area'],
  label: ['entity', 'device', 'area'],
};
const idKey: Readonly<Record<Holder, string>> = { entity: 'entity_id', device: 'id', area: 'area_id' };
const updateKey: Readonly<Record<Holder, string>> = { entity: 'entity_id', device: 'device_id', area: 'area_id' };

const rowsOf = async (holder: Holder, { socket, signal }: Reach): Promise<readonly Body[]> =>
  recordsOf(await socket.command({ type: `config/${holder}_registry/list` }, { signal, doing: `Reading the ${holder} registry` }));

const isIn = (ref: ObjectRef, row: Body): boolean =>
  ref.kind === 'label' ? textsOf(row, 'labels').includes(ref.key) : row[`${ref.kind}_id`] === ref.key;

/** Everything that loses an area, a floor or a label when it is removed; ids by kind. */
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
      const change = ref.kind === 'label' ? { labels: [...textsOf(row, 'labels'), ref.key] } : { [`${ref.kind}_id`]: ref.key };
      if (ref.kind !== 'label' && row[`${ref.kind}_id`] !== null) continue;
      await access.socket.command(
        { type: `config/${holder}_registry/update`, [updateKey[holder]]: id, ...change },
        { signal: access.signal, write: true, doing: `Putting ${id} back` },
      );
    }
  }
};
