import { newUlid, slugify, stableId } from './identifiers.ts';
import type { AreaEntry, CategoryEntry, DeviceEntry, FloorEntry, Json, LabelEntry, RegistryEntry } from './types.ts';

/** One config entry, as much of it as anybody reads. */
export interface ConfigEntry {
  readonly entry_id: string;
  readonly domain: string;
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  readonly source?: string;
  readonly options?: Json;
  readonly disabled_by?: string | null;
  readonly modified_at?: number;
  readonly subentries?: readonly Json[];
  readonly pref_disable_new_entities?: boolean;
  readonly pref_disable_polling?: boolean;
}

/** The registries of a home. Changes are told through `changed`. */
export class Registries {
  readonly entities = new Map<string, RegistryEntry>();
  readonly devices = new Map<string, DeviceEntry>();
  readonly areas = new Map<string, AreaEntry>();
  readonly floors = new Map<string, FloorEntry>();
  readonly labels = new Map<string, LabelEntry>();
  /** Categories by scope, then by id. */
  readonly categories = new Map<string, Map<string, CategoryEntry>>();
  /** Who sees the entities that are in no registry. */
  readonly legacyExposed = new Map<string, Json>();
  readonly configEntries = new Map<string, ConfigEntry>();
  readonly #changed: (type: string, data: Json) => void;

  constructor(changed: (type: string, data: Json) => void) {
    this.#changed = changed;
  }

  /** Tells the bus that a registry changed. */
  changed(kind: 'entity' | 'device' | 'area' | 'floor' | 'label' | 'category', action: string, id: string, more: Json = {}): void {
    this.#changed(`${kind}_registry_updated`, { action, [`${kind}_id`]: id, ...more });
  }

  /** Adds a floor; its id comes from the name. */
  addFloor(name: string, level: number | null, aliases: string[] = []): FloorEntry {
    const floor: FloorEntry = { floor_id: freeSlug(name, this.floors), name, level, aliases, icon: null, ...stamps() };
    this.floors.set(floor.floor_id, floor);
    return floor;
  }

  /** Adds an area; its id comes from the name. */
  addArea(name: string, floorId: string | null, aliases: string[] = [], labels: string[] = []): AreaEntry {
    const area: AreaEntry = {
      aliases,
      area_id: freeSlug(name, this.areas),
      floor_id: floorId,
      humidity_entity_id: null,
      icon: null,
      labels,
      name,
      picture: null,
      temperature_entity_id: null,
      ...stamps(),
    };
    this.areas.set(area.area_id, area);
    return area;
  }

  /** Adds a label; its id comes from the name. */
  addLabel(name: string, color: string | null = null, description: string | null = null): LabelEntry {
    const label: LabelEntry = { color, description, icon: null, label_id: freeSlug(name, this.labels), name, ...stamps() };
    this.labels.set(label.label_id, label);
    return label;
  }

  /** Adds a category of a scope; its id is a ULID. */
  addCategory(scope: string, name: string, icon: string | null = null): CategoryEntry {
    const entry: CategoryEntry = { category_id: newUlid(), name, icon, ...stamps() };
    const there = this.categories.get(scope) ?? new Map<string, CategoryEntry>();
    this.categories.set(scope, there.set(entry.category_id, entry));
    return entry;
  }

  /** Adds an integration's config entry, once. */
  addConfigEntry(domain: string, state = 'loaded', reason: string | null = null): string {
    const entryId = stableId(`entry ${domain}`).slice(0, 26).toUpperCase();
    this.configEntries.set(entryId, { entry_id: entryId, domain, title: domain.replaceAll('_', ' '), state, reason });
    return entryId;
  }

  /** Adds a device under an integration. */
  addDevice(name: string, domain: string, areaId: string | null, maker?: string, model?: string): DeviceEntry {
    const device: DeviceEntry = {
      id: stableId(`device ${domain} ${name} ${areaId ?? ''}`),
      name,
      name_by_user: null,
      area_id: areaId,
      manufacturer: maker ?? null,
      model: model ?? null,
      labels: [],
      disabled_by: null,
      config_entry_id: this.addConfigEntry(domain),
      via_device_id: null,
      ...stamps(),
    };
    this.devices.set(device.id, device);
    return device;
  }

  /** Adds an entity registry row; what is not given has Core's default. */
  addEntity(entityId: string, platform: string, given: Partial<RegistryEntry> = {}): RegistryEntry {
    const id = stableId(`entity ${entityId}`);
    const entry: RegistryEntry = {
      area_id: null,
      categories: {},
      config_entry_id: null,
      config_subentry_id: null,
      device_id: null,
      disabled_by: null,
      entity_category: null,
      entity_id: entityId,
      has_entity_name: false,
      hidden_by: null,
      icon: null,
      id,
      labels: [],
      name: null,
      options: { conversation: { should_expose: true } },
      original_name: null,
      platform,
      translation_key: null,
      unique_id: id.slice(0, 12),
      aliases: [],
      capabilities: null,
      device_class: null,
      original_device_class: null,
      original_icon: null,
      ...stamps(),
      ...given,
    };
    this.entities.set(entityId, entry);
    return entry;
  }

  /** The area an entity is in: its own, else its device's. */
  areaOf(entry: RegistryEntry): string | null {
    return entry.area_id ?? (entry.device_id === null ? null : (this.devices.get(entry.device_id)?.area_id ?? null));
  }
}

/** Core numbers the second of an id. */
function freeSlug(name: string, taken: ReadonlyMap<string, unknown>): string {
  const base = slugify(name);
  let id = base;
  for (let number = 2; taken.has(id); number += 1) id = `${base}_${number}`;
  return id;
}

function stamps(): { created_at: number; modified_at: number } {
  const now = Date.now() / 1000;
  return { created_at: now, modified_at: now };
}
