import type { Json } from './types.ts';

/** Blueprints of one domain by path; `!input name` is kept as {"!input": name}. */
export type Blueprints = Map<string, Json>;

/** What Core keeps in its storage beside registries and YAML: helpers, dashboards, blueprints, energy. */
export class StoredObjects {
  /** Items by kind (input_boolean, zone, person…) and id. */
  readonly items = new Map<string, Map<string, Json>>();
  /** Rows of dashboards by their id. */
  readonly dashboards = new Map<string, Json>();
  /** Views by url path; "" is the default dashboard. */
  readonly views = new Map<string, unknown>();
  readonly blueprints: Readonly<Record<string, Blueprints>> = { automation: new Map(), script: new Map(), template: new Map() };
  energy: Json | undefined;

  /** The items of a kind. */
  of(kind: string): Map<string, Json> {
    const items = this.items.get(kind) ?? new Map<string, Json>();
    this.items.set(kind, items);
    return items;
  }
}
