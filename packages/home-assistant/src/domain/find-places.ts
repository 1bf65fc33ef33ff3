import { foldText, nearMisses, refuse } from '@switchyard-mcp/core';
import type { Home } from './model.ts';

export type PlaceKind = 'area' | 'floor' | 'label' | 'device';

interface Place {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
}

const placesOf = (home: Home, kind: PlaceKind): readonly Place[] => {
  switch (kind) {
    case 'area':
      return [...home.areas.values()].map((area) => ({ id: area.areaId, name: area.name, aliases: area.aliases }));
    case 'floor':
      return [...home.floors.values()].map((floor) => ({ id: floor.floorId, name: floor.name, aliases: floor.aliases }));
    case 'label':
      return [...home.labels.values()].map((label) => ({ id: label.labelId, name: label.name, aliases: [] }));
    case 'device':
      return [...home.devices.values()].map((device) => ({ id: device.deviceId, name: device.name, aliases: [] }));
  }
};

/** Ids of the places of exactly this id, name or alias. Membership is never guessed from a similar word. */
export const placesNamed = (home: Home, kind: PlaceKind, wanted: string): readonly string[] => {
  const folded = foldText(wanted.trim());
  const places = placesOf(home, kind);
  const byId = places.find((place) => place.id === wanted.trim());
  if (byId) return [byId.id];
  return places.filter((place) => [place.name, ...place.aliases].some((name) => foldText(name) === folded)).map((place) => place.id);
};

const mostNamed = 5;

/** The first few of several candidates, and how many there are. */
export const firstOf = (candidates: readonly string[]): string =>
  candidates.length <= mostNamed
    ? candidates.join(', ')
    : `${candidates.slice(0, mostNamed).join(', ')} (${mostNamed} of ${candidates.length})`;

/** The one place meant. @throws ToolError not_found with near names, or ambiguous naming all. */
export const placeOf = (home: Home, kind: PlaceKind, wanted: string): string => {
  const found = placesNamed(home, kind, wanted);
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const names = placesOf(home, kind).flatMap((place) => [place.name, ...place.aliases]);
  if (found.length === 0)
    throw refuse('not_found', `There is no ${kind} "${wanted.slice(0, 60)}".`, {
      didYouMean: nearMisses(wanted, names),
      next: [`ha_search kinds=["${kind}"] lists them all.`],
    });
  throw refuse('ambiguous', `"${wanted.slice(0, 60)}" is ${found.length} ${kind}s: ${firstOf(found)}.`, { next: ['Use the id.'] });
};

/** The floor of an area, if it lies on one. */
export const floorOf = (home: Home, areaId: string | undefined): string | undefined =>
  areaId === undefined ? undefined : home.areas.get(areaId)?.floorId;
