import type { Home } from '../home/home.ts';
import { isoTime } from '../home/identifiers.ts';
import { type HomeState, isJson, type Json } from '../home/types.ts';
import { evaluate, type Scope } from './expression.ts';
import { pythonText, TemplateError } from './values.ts';

/** What a template looked at: when any of it changes, it is rendered again. */
export interface Listeners {
  readonly all: boolean;
  readonly entities: string[];
  readonly domains: string[];
  readonly time: boolean;
}

export interface Rendered {
  readonly text: string;
  /** The text turned into a number, list, … as Core does. */
  readonly native: unknown;
  readonly listeners: Listeners;
}

const MISSING = Symbol('undefined');

/** Renders the small subset of templates the simulator knows; anything else is a template error. */
export function renderTemplate(home: Home, template: string, variables: Json = {}): Rendered {
  const scope = new HomeScope(home, variables);
  if (/\{%/.test(template))
    throw new TemplateError('TemplateSyntaxError', 'Encountered unknown tag: the simulator renders expressions only');
  const values: unknown[] = [];
  const text = template.replace(/\{#.*?#\}/gs, '').replace(/\{\{(.*?)\}\}/gs, (_, source: string) => {
    const value = evaluate(source, scope);
    values.push(value);
    return value === MISSING ? '' : pythonText(value);
  });
  const single = values.length === 1 && /^\s*\{\{[^{}]*\}\}\s*$/.test(template);
  return {
    text: text.trim(),
    native: single && typeof values[0] === 'object' ? values[0] : nativeOf(text.trim()),
    listeners: scope.listeners(),
  };
}

function nativeOf(text: string): unknown {
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return Number(text);
  if (text === 'True' || text === 'False') return text === 'True';
  if (text === 'None') return null;
  return text;
}

/** `states` as a value: `states.light` lists a domain, `states.light.x` is one state. */
class StatesReference {
  readonly domain: string | undefined;

  constructor(domain?: string) {
    this.domain = domain;
  }
}

class HomeScope implements Scope {
  readonly #home: Home;
  readonly #variables: Json;
  readonly #entities = new Set<string>();
  readonly #domains = new Set<string>();
  #all = false;
  #time = false;

  constructor(home: Home, variables: Json) {
    this.#home = home;
    this.#variables = variables;
  }

  listeners(): Listeners {
    return { all: this.#all, entities: [...this.#entities].sort(), domains: [...this.#domains].sort(), time: this.#time };
  }

  name(name: string): unknown {
    if (name in this.#variables) return this.#variables[name];
    if (name === 'states') return new StatesReference();
    if (name === 'true' || name === 'True') return true;
    if (name === 'false' || name === 'False') return false;
    return name === 'none' || name === 'None' ? null : MISSING;
  }

  attribute(value: unknown, name: string): unknown {
    if (value instanceof StatesReference) {
      if (value.domain === undefined) return new StatesReference(name);
      return this.#state(`${value.domain}.${name}`) ?? null;
    }
    if (value === MISSING) throw new TemplateError('UndefinedError', `'${name}' is undefined`);
    if (isState(value)) return stateField(value, name);
    return isJson(value) ? value[name] : MISSING;
  }

  call(name: string, positional: readonly unknown[]): unknown {
    const id = String(positional[0] ?? '');
    if (name === 'states') return this.#state(id)?.state ?? 'unknown';
    if (name === 'is_state') return this.#state(id)?.state === positional[1];
    if (name === 'state_attr') return this.#state(id)?.attributes[String(positional[1])] ?? null;
    if (name === 'has_value') return !['unknown', 'unavailable', undefined].includes(this.#state(id)?.state);
    if (name === 'area_name') return this.#areaOf(id)?.name ?? null;
    if (name === 'area_id') return this.#areaOf(id)?.area_id ?? null;
    if (name === 'area_entities') return this.#areaEntities(id);
    if (name === 'now' || name === 'utcnow') {
      this.#time = true;
      return isoTime(Date.now());
    }
    throw new TemplateError('UndefinedError', `'${name}' is undefined`);
  }

  filter(name: string, value: unknown, positional: readonly unknown[], named: ReadonlyMap<string, unknown>): unknown {
    if (name === 'default') return value === MISSING ? (positional[0] ?? '') : value;
    if (name === 'int' || name === 'float') return this.#number(name, value, positional[0]);
    if (name === 'round') return roundTo(Number(value), Number(positional[0] ?? 0));
    if (name === 'lower' || name === 'upper') return name === 'lower' ? String(value).toLowerCase() : String(value).toUpperCase();
    if (name === 'string') return pythonText(value);
    return this.#listFilter(name, this.#items(value), positional, named);
  }

  #listFilter(name: string, items: unknown[], positional: readonly unknown[], named: ReadonlyMap<string, unknown>): unknown {
    const field = (item: unknown, key: unknown): unknown => this.attribute(item, String(key));
    if (name === 'list') return items;
    if (name === 'count' || name === 'length') return items.length;
    if (name === 'first' || name === 'last') return items.at(name === 'first' ? 0 : -1) ?? MISSING;
    if (name === 'sum') return items.reduce<number>((total, item) => total + Number(item), 0);
    if (name === 'join') return items.map(pythonText).join(String(positional[0] ?? ''));
    if (name === 'map' && named.has('attribute')) return items.map((item) => field(item, named.get('attribute')));
    if (name === 'selectattr') return items.filter((item) => matches(field(item, positional[0]), positional));
    if (name === 'rejectattr') return items.filter((item) => !matches(field(item, positional[0]), positional));
    throw new TemplateError('TemplateSyntaxError', `No filter named '${name}'.`);
  }

  #items(value: unknown): unknown[] {
    if (value instanceof StatesReference) {
      if (value.domain === undefined) this.#all = true;
      else this.#domains.add(value.domain);
      return [...this.#home.states.values()].filter((state) => value.domain === undefined || state.entityId.startsWith(`${value.domain}.`));
    }
    if (Array.isArray(value)) return value;
    return typeof value === 'string' ? [...value] : [];
  }

  #number(kind: string, value: unknown, fallback: unknown): unknown {
    const number = value === MISSING || value === null || value === '' ? Number.NaN : Number(value);
    if (Number.isFinite(number)) return kind === 'int' ? Math.trunc(number) : number;
    if (fallback !== undefined) return fallback;
    throw new TemplateError(
      'ValueError',
      `Template error: ${kind} got invalid input '${pythonText(value)}' when rendering template but no default was specified`,
    );
  }

  #state(entityId: string): HomeState | undefined {
    this.#entities.add(entityId);
    return this.#home.states.get(entityId);
  }

  #areaOf(entityId: string): { name: string; area_id: string } | undefined {
    const entry = this.#home.registries.entities.get(entityId);
    const id = entry ? this.#home.registries.areaOf(entry) : entityId;
    return id === null ? undefined : this.#home.registries.areas.get(id);
  }

  #areaEntities(name: string): string[] {
    const { areas, entities } = this.#home.registries;
    const area = areas.get(name) ?? [...areas.values()].find((known) => known.name === name);
    return [...entities.values()]
      .filter((entry) => area && this.#home.registries.areaOf(entry) === area.area_id)
      .map((entry) => entry.entity_id);
  }
}

function isState(value: unknown): value is HomeState {
  return isJson(value) && 'entityId' in value;
}

function stateField(state: HomeState, name: string): unknown {
  if (name === 'entity_id') return state.entityId;
  if (name === 'name') return state.attributes['friendly_name'] ?? state.entityId;
  if (name === 'state' || name === 'attributes') return state[name];
  if (name === 'last_changed' || name === 'last_updated') return isoTime(name === 'last_changed' ? state.changedAt : state.updatedAt);
  if (name === 'domain') return state.entityId.slice(0, state.entityId.indexOf('.'));
  return MISSING;
}

function matches(value: unknown, positional: readonly unknown[]): boolean {
  const [, test, wanted] = positional;
  if (test === undefined) return Boolean(value);
  if (test === 'eq' || test === 'equalto' || test === '==') return value === wanted;
  if (test === 'ne' || test === '!=') return value !== wanted;
  if (test === 'in') return Array.isArray(wanted) && wanted.includes(value);
  return test === 'defined' ? value !== MISSING : false;
}

function roundTo(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
