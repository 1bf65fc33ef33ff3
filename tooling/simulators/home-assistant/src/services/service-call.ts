import type { Home } from '../home/home.ts';
import type { Context, HomeState, Json } from '../home/types.ts';

/** One call on its way through a handler. */
export interface ServiceCall {
  readonly home: Home;
  readonly domain: string;
  readonly service: string;
  readonly data: Json;
  readonly context: Context;
  /** The entities it acts on: existing, of the service's domain, available. */
  readonly targets: readonly HomeState[];
  /** Sets a state and some attributes of one entity in the name of this call. */
  put(entityId: string, state: string | undefined, attributes?: Json): void;
  /** Calls another service, as scripts, scenes and `homeassistant.turn_on` do. */
  nested(domain: string, service: string, data: Json, context?: Context): Promise<unknown>;
}

/** Acts and answers the response, if the service has one. */
export type ServiceHandler = (call: ServiceCall) => unknown;

/** The part of an entity id before the dot. */
export function domainOf(entityId: string): string {
  return entityId.slice(0, entityId.indexOf('.'));
}
