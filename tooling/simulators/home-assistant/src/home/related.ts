import { usersOf } from './blueprints.ts';
import type { Home } from './home.ts';
import type { Json } from './types.ts';

/** What refers to an item or belongs to it, in the shape of search/related: lists per kind, empty ones left out. */
export function related(home: Home, type: string, id: string): Json {
  const found = new Map<string, Set<string>>();
  const add = (kind: string, value: string | null | undefined): void => {
    if (value === null || value === undefined || (kind === type && value === id)) return;
    found.set(kind, (found.get(kind) ?? new Set()).add(value));
  };
  if (type === 'config_entry') return Object.fromEntries([...ofConfigEntry(home, id)].map(([kind, values]) => [kind, [...values]]));
  if (type === 'automation_blueprint' || type === 'script_blueprint') {
    const domain = type === 'script_blueprint' ? 'script' : 'automation';
    for (const user of usersOf(home, domain, id)) add(domain, user);
  }
  if (type === 'entity') ofEntity(home, id, add);
  else ofPlace(home, type, id, add);
  if (known(home, type, id)) referrers(home, id, add);
  return Object.fromEntries([...found].map(([kind, values]) => [kind, [...values]]));
}

/** Entities and devices of a config entry, and what refers to its entities. */
function ofConfigEntry(home: Home, id: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const add: Add = (kind, value) => {
    if (value) found.set(kind, (found.get(kind) ?? new Set()).add(value));
  };
  for (const entry of home.registries.entities.values()) {
    if (entry.config_entry_id !== id) continue;
    add('entity', entry.entity_id);
    add('device', entry.device_id);
    referrers(home, entry.entity_id, add);
  }
  add('integration', home.registries.configEntries.get(id)?.domain);
  return found;
}

type Add = (kind: string, value: string | null | undefined) => void;

function known(home: Home, type: string, id: string): boolean {
  const { areas, devices, floors, labels } = home.registries;
  if (type === 'area') return areas.has(id);
  if (type === 'device') return devices.has(id);
  if (type === 'floor') return floors.has(id);
  return type === 'label' ? labels.has(id) : home.states.has(id);
}

function ofEntity(home: Home, id: string, add: Add): void {
  const entry = home.registries.entities.get(id);
  if (!entry) return;
  const area = home.registries.areaOf(entry);
  add('area', area);
  add('floor', area === null ? null : home.registries.areas.get(area)?.floor_id);
  add('device', entry.device_id);
  add('config_entry', entry.config_entry_id);
  add('integration', entry.platform);
  for (const label of entry.labels) add('label', label);
}

function ofPlace(home: Home, type: string, id: string, add: Add): void {
  const { areas, devices, entities, areaOf } = home.registries;
  const inside = (area: string | null): boolean =>
    area !== null && (type === 'area' ? area === id : type === 'floor' && areas.get(area)?.floor_id === id);
  if (type === 'area') add('floor', areas.get(id)?.floor_id);
  if (type === 'floor') for (const area of areas.values()) if (area.floor_id === id) add('area', area.area_id);
  for (const device of devices.values()) {
    if (!inside(device.area_id) && !(type === 'label' && device.labels.includes(id))) continue;
    add('device', device.id);
    add('config_entry', device.config_entry_id);
  }
  for (const entry of entities.values()) {
    const hit =
      inside(areaOf.call(home.registries, entry)) ||
      (type === 'device' && entry.device_id === id) ||
      (type === 'label' && entry.labels.includes(id));
    if (hit) add('entity', entry.entity_id);
  }
  if (type === 'device') add('area', devices.get(id)?.area_id);
}

/** Automations, scripts and scenes whose stored text names the item. */
function referrers(home: Home, id: string, add: Add): void {
  const needle = `"${id}"`;
  for (const [kind, configs] of Object.entries(home.configs)) {
    for (const [key, config] of configs) {
      const text = JSON.stringify(config);
      if (text.includes(needle)) add(kind, kind === 'script' ? `script.${key}` : entityOf(home, kind, key));
    }
  }
}

function entityOf(home: Home, domain: string, id: string): string | undefined {
  return [...home.states.values()].find((state) => state.entityId.startsWith(`${domain}.`) && state.attributes['id'] === id)?.entityId;
}
