/** Our own words for a home. Field names are Home Assistant's where it has one. */

export type AttributeValue = unknown;

/** One state as the state machine holds it. Times are epoch milliseconds. */
export interface EntityState {
  readonly entityId: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly lastChangedAt: number;
  readonly lastUpdatedAt: number;
  /** Id of the context that caused the state; equals a call's context id when that call caused it. */
  readonly contextId: string;
}

/** An entity with or without a registry entry; `registered` is false for those without a unique id. */
export interface Entity {
  readonly entityId: string;
  readonly domain: string;
  readonly name: string;
  readonly registered: boolean;
  readonly platform?: string;
  readonly uniqueId?: string;
  readonly deviceId?: string;
  /** The integration's config entry; absent for what YAML files or Core itself make. */
  readonly configEntryId?: string;
  /** Effective area: the entity's own, else its device's, else the parent device's. */
  readonly areaId?: string;
  readonly labels: readonly string[];
  readonly aliases: readonly string[];
  readonly category?: 'config' | 'diagnostic';
  readonly hidden: boolean;
  readonly disabled: boolean;
  /** Absent when the registry knows it and the state machine does not. */
  readonly state?: EntityState;
}

export interface Device {
  readonly deviceId: string;
  readonly name: string;
  readonly manufacturer?: string;
  readonly model?: string;
  readonly areaId?: string;
  readonly parentDeviceId?: string;
  readonly labels: readonly string[];
  readonly disabled: boolean;
}
export interface Area {
  readonly areaId: string;
  readonly name: string;
  readonly floorId?: string;
  readonly aliases: readonly string[];
  readonly labels: readonly string[];
}
export interface Floor {
  readonly floorId: string;
  readonly name: string;
  readonly level?: number;
  readonly aliases: readonly string[];
}
export interface Label {
  readonly labelId: string;
  readonly name: string;
}

export interface ServiceField {
  readonly name: string;
  readonly required: boolean;
  readonly description?: string;
  readonly example?: unknown;
  /** Home Assistant's selector object, e.g. { number: { min: 0, max: 100 } }. */
  readonly selector?: Readonly<Record<string, unknown>>;
}
export interface Service {
  readonly domain: string;
  readonly service: string;
  readonly name?: string;
  readonly description?: string;
  readonly fields: readonly ServiceField[];
  /** Present when it acts on entities; domains it accepts, if it says so. */
  readonly target?: { readonly domains: readonly string[] };
  readonly response: 'none' | 'optional' | 'only';
  /** The level that calling it takes, where the one in force is lower. */
  readonly needsLevel?: 'configure' | 'admin';
}

/** A consistent picture of the home. Only what the allow and deny lists let through is in it. */
export interface Home {
  readonly entities: ReadonlyMap<string, Entity>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly areas: ReadonlyMap<string, Area>;
  readonly floors: ReadonlyMap<string, Floor>;
  readonly labels: ReadonlyMap<string, Label>;
  /** Grows with every change; a search index may be kept while it stays the same. Registry and state changes have their own. */
  readonly registryRevision: number;
  readonly stateRevision: number;
}

export interface HomeConfig {
  readonly version: string;
  readonly locationName: string;
  readonly timeZone: string;
  readonly state: string;
  readonly temperatureUnit: string;
  readonly components: readonly string[];
  readonly isAdmin: boolean;
  readonly userName: string;
}

/** One point of a state history. */
export interface HistoryPoint {
  readonly atMs: number;
  readonly state: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}
export interface StatisticPoint {
  readonly startMs: number;
  readonly endMs: number;
  readonly mean?: number;
  readonly min?: number;
  readonly max?: number;
  readonly sum?: number;
  readonly change?: number;
  readonly state?: number;
}
export interface LogbookEntry {
  readonly atMs: number;
  readonly name: string;
  readonly message?: string;
  readonly state?: string;
  readonly entityId?: string;
  readonly domain?: string;
  readonly causeName?: string;
}
export interface ServiceCall {
  readonly domain: string;
  readonly service: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Leaf entities, already resolved; empty for services without a target. */
  readonly entityIds: readonly string[];
  /** Raw device, area… ids are never sent: they are resolved to entities first. */
  readonly returnResponse: boolean;
}
/** A state to put in place of the one the state machine holds. */
export interface StateOverwrite {
  readonly entityId: string;
  readonly state: string;
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}
export interface ServiceOutcome {
  readonly contextId: string;
  readonly response?: unknown;
}

/** One event, or one occurrence of a recurring one. Times are as Core writes them: a day for all-day events, else a moment with its zone. */
export interface CalendarEvent {
  /** Empty when the calendar gives none. */
  readonly uid: string;
  readonly recurrenceId?: string;
  readonly rrule?: string;
  readonly summary: string;
  readonly start: string;
  readonly end: string;
  readonly description?: string;
  readonly location?: string;
}
/** A change of one event; without a new event it is deleted. */
export interface CalendarEdit {
  readonly uid: string;
  /** One occurrence only. */
  readonly recurrenceId?: string;
  readonly event?: CalendarEvent;
}
