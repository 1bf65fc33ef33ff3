/** The shapes the simulated home is made of; field names are Home Assistant's. */
export type Json = Record<string, unknown>;

/** The cause of a change, as Home Assistant hands it around. */
export interface Context {
  readonly id: string;
  readonly parent_id: string | null;
  readonly user_id: string | null;
}

/** One state. Times are epoch milliseconds here and are written out per transport. */
export interface HomeState {
  readonly entityId: string;
  readonly state: string;
  readonly attributes: Readonly<Json>;
  readonly changedAt: number;
  readonly updatedAt: number;
  readonly context: Context;
}

/** An entity registry row, extended form; the short lists leave parts of it out. */
export interface RegistryEntry {
  entity_id: string;
  area_id: string | null;
  categories: Record<string, string>;
  config_entry_id: string | null;
  config_subentry_id: null;
  created_at: number;
  device_id: string | null;
  disabled_by: string | null;
  entity_category: 'config' | 'diagnostic' | null;
  has_entity_name: boolean;
  hidden_by: string | null;
  icon: string | null;
  id: string;
  labels: string[];
  modified_at: number;
  name: string | null;
  options: Json;
  original_name: string | null;
  platform: string;
  translation_key: string | null;
  unique_id: string;
  aliases: string[];
  capabilities: Json | null;
  device_class: string | null;
  original_device_class: string | null;
  original_icon: string | null;
}

export interface DeviceEntry {
  id: string;
  name: string;
  name_by_user: string | null;
  area_id: string | null;
  manufacturer: string | null;
  model: string | null;
  labels: string[];
  disabled_by: string | null;
  config_entry_id: string;
  via_device_id: string | null;
  created_at: number;
  modified_at: number;
}

export interface AreaEntry {
  area_id: string;
  name: string;
  floor_id: string | null;
  aliases: string[];
  labels: string[];
  icon: string | null;
  picture: null;
  humidity_entity_id: string | null;
  temperature_entity_id: string | null;
  created_at: number;
  modified_at: number;
}

export interface FloorEntry {
  floor_id: string;
  name: string;
  level: number | null;
  aliases: string[];
  icon: string | null;
  created_at: number;
  modified_at: number;
}

export interface LabelEntry {
  label_id: string;
  name: string;
  color: string | null;
  description: string | null;
  icon: string | null;
  created_at: number;
  modified_at: number;
}

export interface CategoryEntry {
  category_id: string;
  name: string;
  icon: string | null;
  created_at: number;
  modified_at: number;
}

export interface TodoItem {
  uid: string;
  summary: string;
  status: 'needs_action' | 'completed';
  due?: string;
  description?: string;
}

export interface CalendarEvent {
  uid: string;
  summary: string;
  start: string;
  end: string;
  description: string;
  location: string | null;
  rrule: string | null;
}

export interface Notification {
  notification_id: string;
  title: string | null;
  message: string;
  created_at: string;
}

export interface LogEntry {
  name: string;
  message: string[];
  level: string;
  source: [string, number];
  timestamp: number;
  exception: string;
  count: number;
  first_occurred: number;
}

/** A bus event, before it is written for a subscriber. */
export interface BusEvent {
  readonly type: string;
  readonly data: Json;
  readonly firedAt: number;
  readonly context: Context;
}

/** True for a plain object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string, a list of strings or nothing, as a list. */
export function toList(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');
}
