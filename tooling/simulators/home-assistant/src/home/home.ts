import type { OpenFlow } from '../flows/open-flow.ts';
import { Backups } from './backups.ts';
import { isoTime, newContext, newUlid } from './identifiers.ts';
import { Registries } from './registries.ts';
import { StoredObjects } from './stored-objects.ts';
import type { App } from './supervisor.ts';
import type { BusEvent, CalendarEvent, Context, HomeState, Json, LogEntry, Notification, TodoItem } from './types.ts';
import { writeState } from './write-state.ts';

/** What the recorder keeps of one change. */
export interface RecordedChange {
  readonly state: HomeState;
  readonly service: string | undefined;
}

/** Node's timers hold no more. */
const LONGEST_WAIT_MS = 0x7fff_ffff;

/** The simulated home: states, registries, stored objects and the event bus. */
export class Home {
  readonly startedAt = Date.now();
  /** When it came up: at first, and after each restart. */
  readonly starts: number[] = [this.startedAt];
  readonly registries = new Registries((type, data) => {
    if (this.#listeners.size > 0) this.fire(type, data);
  });
  readonly states = new Map<string, HomeState>();
  /** What the seed set: where generated history ends and recorded history begins. */
  readonly initial = new Map<string, HomeState>();
  readonly recorded = new Map<string, RecordedChange[]>();
  readonly todos = new Map<string, TodoItem[]>();
  readonly calendars = new Map<string, CalendarEvent[]>();
  readonly notifications = new Map<string, Notification>();
  readonly configs = { automation: new Map<string, Json>(), script: new Map<string, Json>(), scene: new Map<string, Json>() };
  /** Automations and scripts of other YAML files, by entity id: they run, and the editor does not know them. */
  readonly yamlOnly = new Map<string, Json>();
  /** Helpers, dashboards, blueprints, energy. */
  readonly objects = new StoredObjects();
  readonly traces: Json[] = [];
  readonly issues: Json[] = [];
  readonly flows = new Map<string, OpenFlow>();
  readonly backups = new Backups();
  /** Core's state; NOT_RUNNING and STARTING only while it starts. */
  coreState: 'RUNNING' | 'STARTING' | 'NOT_RUNNING' = 'RUNNING';
  /** What check_config answers; undefined when all is valid. */
  configErrors: string | undefined;
  /** Who can restart the server behind this home. */
  onRestart: (() => void) | undefined;
  /** Resources of dashboards by id. */
  readonly resources = new Map<string, Json>();
  /** Apps by slug; undefined where there is no Supervisor. */
  apps: Map<string, App> | undefined;
  readonly log: LogEntry[] = [];
  /** Automations behind contexts: what the logbook names as the cause. */
  readonly causes = new Map<string, { readonly entityId: string; readonly name: string }>();
  /** Titles of repairs by translation key, as integrations bring them along. */
  readonly words: Record<string, string> = {};
  readonly recorder: Json = {
    backlog: 0,
    db_in_default_location: true,
    max_backlog: 65000,
    migration_in_progress: false,
    migration_is_live: false,
    recording: true,
    thread_running: true,
  };
  /** System health by domain. */
  readonly health: Record<string, Json> = {
    homeassistant: { version: 'core-2025.4.4', installation_type: 'Simulator', user: 'root', virtualenv: true },
    recorder: { estimated_db_size: '12.40 MiB', database_engine: 'sqlite', database_version: '3.40.1' },
  };
  readonly #listeners = new Set<(event: BusEvent) => void>();
  /** How many times as long everything takes that takes time: a test that wants it unfinished does not race with it. */
  slowness = 1;
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly fire: () => void }>();

  /** Hears every bus event until the returned function is called. */
  listen(listener: (event: BusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Puts an event on the bus. */
  fire(type: string, data: Json, context: Context = newContext()): void {
    const event: BusEvent = { type, data, firedAt: Date.now(), context };
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Adds an entity's first state, which may lie in the past; nobody listens while a home is seeded. */
  seed(entityId: string, state: string, attributes: Json, changedAt = this.startedAt): void {
    const context = { id: newUlid(changedAt), parent_id: null, user_id: null };
    const seeded = { entityId, state, attributes, changedAt, updatedAt: changedAt, context };
    this.states.set(entityId, seeded);
    this.initial.set(entityId, seeded);
    this.#fireChange(entityId, undefined, seeded, context);
  }

  /**
   * Sets a state as Core's state machine does: nothing happens when state and attributes are the same,
   * `changedAt` moves with the state only. Answers whether something changed.
   */
  set(entityId: string, state: string, attributes: Json, context: Context = newContext(), service?: string): boolean {
    const old = this.states.get(entityId);
    const sameState = old?.state === state;
    if (old && sameState && JSON.stringify(old.attributes) === JSON.stringify(attributes)) return false;
    const now = Date.now();
    const next: HomeState = { entityId, state, attributes, context, updatedAt: now, changedAt: old && sameState ? old.changedAt : now };
    this.states.set(entityId, next);
    const list = this.recorded.get(entityId) ?? [];
    list.push({ state: next, service });
    this.recorded.set(entityId, list);
    this.#fireChange(entityId, old, next, context);
    return true;
  }

  /** Changes a state and some attributes; `undefined` as an attribute removes it. */
  patch(entityId: string, state: string | undefined, attributes: Json, context?: Context, service?: string): boolean {
    const old = this.states.get(entityId);
    if (!old) return false;
    const merged = Object.fromEntries(Object.entries({ ...old.attributes, ...attributes }).filter(([, value]) => value !== undefined));
    return this.set(entityId, state ?? old.state, merged, context, service);
  }

  /** Takes a state out of the state machine. */
  remove(entityId: string, context: Context = newContext()): boolean {
    const old = this.states.get(entityId);
    if (!old) return false;
    this.states.delete(entityId);
    this.#fireChange(entityId, old, undefined, context);
    return true;
  }

  /** Runs something later; a second call for the same key replaces the first, as a new command does. */
  after(key: string, ms: number, run: () => void): void {
    this.cancel(key);
    const fire = (): void => {
      this.cancel(key);
      run();
    };
    const timer = setTimeout(fire, Math.min(ms * this.slowness, LONGEST_WAIT_MS)).unref();
    this.#timers.set(key, { timer, fire });
  }

  /** Does at once what was to come later under this key, and what that puts off again: a cover that is at its goal. */
  finish(key: string): void {
    for (let next = this.#timers.get(key); next !== undefined; next = this.#timers.get(key)) next.fire();
  }

  /** Forgets what `after` was asked to do. */
  cancel(key: string): void {
    clearTimeout(this.#timers.get(key)?.timer);
    this.#timers.delete(key);
  }

  /** Ends all timers. */
  close(): void {
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#listeners.clear();
  }

  /** Ends every connection a moment later and starts again, as the service does. */
  askRestart(): void {
    this.after('restart', 5, () => this.onRestart?.());
  }

  /** Shows a notification in the panel and tells subscribers. */
  notify(id: string, title: string | null, message: string): void {
    const notification = { message, notification_id: id, title, created_at: isoTime(Date.now()) };
    this.notifications.set(id, notification);
    this.fire('persistent_notifications_updated', { type: 'added', notifications: { [id]: notification } });
  }

  /** Writes a line into the system log, newest first. */
  warn(name: string, message: string, level = 'WARNING'): void {
    const now = Date.now() / 1000;
    const known = this.log.find((entry) => entry.name === name && entry.message[0] === message);
    if (known) {
      known.count += 1;
      known.timestamp = now;
      return;
    }
    this.log.unshift({
      name,
      message: [message],
      level,
      source: ['core.py', 2700],
      timestamp: now,
      exception: '',
      count: 1,
      first_occurred: now,
    });
    this.log.length = Math.min(this.log.length, 50);
  }

  #fireChange(entityId: string, old: HomeState | undefined, next: HomeState | undefined, context: Context): void {
    if (this.#listeners.size === 0) return;
    const data = { entity_id: entityId, old_state: old ? writeState(old) : null, new_state: next ? writeState(next) : null };
    this.fire('state_changed', data, context);
  }
}
