import type { Clock, Runtime } from '@switchyard-mcp/core';
import type { EntityState } from '../domain/model.ts';
import type { Connection } from './connection.ts';
import type { Guard } from './guard.ts';
import type { Policy } from './policy.ts';

/** What each area of the operations is built from. */
export interface Facet {
  /** The connection, signed in; with lists in force the picture of the home is there too, so that hidden ids are known. */
  ready(signal: AbortSignal): Promise<Connection>;
  readonly guard: Guard;
  readonly policy: Policy;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** As the picture of the home has it; undefined before that is read. */
  stateOf(entityId: string): EntityState | undefined;
}
