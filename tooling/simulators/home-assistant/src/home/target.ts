import type { Home } from './home.ts';
import { type Json, toList } from './types.ts';

/** The five ways to name what a service acts on. */
export const TARGET_KEYS = ['entity_id', 'device_id', 'area_id', 'floor_id', 'label_id'] as const;

/** The entities a target reaches, groups not yet expanded; direct ones that do not exist stay in the list. */
export function resolveTarget(home: Home, data: Json): string[] {
  const found = new Set<string>();
  for (const id of toList(data['entity_id'])
    .flatMap((text) => text.split(','))
    .map((text) => text.trim().toLowerCase())) {
    if (id === 'all') for (const known of home.states.keys()) found.add(known);
    else if (id !== 'none') found.add(id);
  }
  const wanted = indirect(home, data);
  if (!wanted.any) return [...found];
  for (const entry of home.registries.entities.values()) {
    // Core leaves hidden and config/diagnostic entities out when they are not named themselves.
    if (entry.hidden_by !== null || entry.entity_category !== null || entry.disabled_by !== null) continue;
    const area = home.registries.areaOf(entry);
    const hit =
      (entry.device_id !== null && wanted.devices.has(entry.device_id)) ||
      (area !== null && wanted.areas.has(area)) ||
      entry.labels.some((label) => wanted.labels.has(label));
    if (hit) found.add(entry.entity_id);
  }
  return [...found];
}

interface Indirect {
  readonly any: boolean;
  readonly devices: Set<string>;
  readonly areas: Set<string>;
  readonly labels: Set<string>;
}

function indirect(home: Home, data: Json): Indirect {
  const devices = new Set(toList(data['device_id']));
  const areas = new Set(toList(data['area_id']));
  const labels = new Set(toList(data['label_id']));
  const floors = new Set(toList(data['floor_id']));
  for (const area of home.registries.areas.values()) {
    if (area.floor_id !== null && floors.has(area.floor_id)) areas.add(area.area_id);
    if (area.labels.some((label) => labels.has(label))) areas.add(area.area_id);
  }
  for (const device of home.registries.devices.values()) if (device.labels.some((label) => labels.has(label))) devices.add(device.id);
  return { any: devices.size + areas.size + labels.size + floors.size > 0, devices, areas, labels };
}

/** A light or switch group's members in its place, down to the leaves; a scene's list of entities is not a group. */
export function expandGroups(home: Home, entityIds: readonly string[]): string[] {
  const out = new Set<string>();
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const members = isGroup(home, id) ? toList(home.states.get(id)?.attributes['entity_id']) : [];
    if (members.length === 0) out.add(id);
    else members.forEach(visit);
  };
  entityIds.forEach(visit);
  return [...out];
}

/** Is this an entity that stands for others? */
export function isGroup(home: Home, entityId: string): boolean {
  return !entityId.startsWith('scene.') && toList(home.states.get(entityId)?.attributes['entity_id']).length > 0;
}

/** The groups an entity is in, with what they would say now. */
export function refreshGroups(home: Home, changed: ReadonlySet<string>): void {
  for (const state of home.states.values()) {
    if (!isGroup(home, state.entityId)) continue;
    const members = toList(state.attributes['entity_id']);
    if (!members.some((member) => changed.has(member))) continue;
    const anyOn = members.some((member) => home.states.get(member)?.state === 'on');
    home.patch(state.entityId, anyOn ? 'on' : 'off', {});
  }
}
