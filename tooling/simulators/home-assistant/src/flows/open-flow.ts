import type { Json } from '../home/types.ts';
import type { Field } from './schema.ts';

export type FlowManagerKind = 'config' | 'options' | 'subentries' | 'repair';

/** A flow that somebody has begun. */
export interface OpenFlow {
  readonly flowId: string;
  readonly manager: FlowManagerKind;
  /** As the client named it: a domain, an entry id, [entry id, type]. */
  readonly handler: unknown;
  readonly domain: string;
  readonly source: string;
  readonly entryId: string | undefined;
  readonly subentryId: string | undefined;
  readonly issueId: string | undefined;
  /** Kept between steps. */
  readonly memory: Json;
  step: string;
  shown: readonly Field[] | undefined;
  menu: readonly string[] | undefined;
}
