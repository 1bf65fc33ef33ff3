import type { Home } from '../home/home.ts';
import type { ConfigEntry } from '../home/registries.ts';
import type { Json } from '../home/types.ts';
import type { Field } from './schema.ts';

/** What a step is given. */
export interface StepContext {
  readonly home: Home;
  readonly domain: string;
  /** The entry that a flow is about; undefined for a new one. */
  readonly entry: ConfigEntry | undefined;
  /** Kept between the steps of a flow. */
  readonly memory: Json;
  readonly flowId: string;
  readonly subentryId: string | undefined;
}

/** What a step answers. `create` makes an entry, or changes the one that the flow is about. */
export type StepResult =
  | { readonly type: 'form'; readonly schema: readonly Field[]; readonly errors?: Json; readonly placeholders?: Json }
  | { readonly type: 'menu'; readonly options: readonly string[] }
  | { readonly type: 'external'; readonly url: string }
  | { readonly type: 'external_done'; readonly next: string }
  | { readonly type: 'progress'; readonly action: string }
  | { readonly type: 'progress_done'; readonly next: string }
  | { readonly type: 'step'; readonly next: string }
  | { readonly type: 'create'; readonly title: string; readonly data: Json }
  | { readonly type: 'abort'; readonly reason: string };

/** A step: without input it shows itself, with input it goes on. */
export type Step = (context: StepContext, input: Json | undefined) => StepResult;

export interface FlowHandler {
  /** First steps by source: user, reconfigure, reauth. */
  readonly starts: Readonly<Record<string, string>>;
  readonly steps: Readonly<Record<string, Step>>;
  readonly options?: string;
  /** First steps of subentry flows by type: user and reconfigure. */
  readonly subentries?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly helper?: boolean;
  /** What happens when an entry was made or its options changed: entities appear or follow. */
  readonly setUp?: (home: Home, entry: ConfigEntry) => void;
  readonly diagnostics?: (entry: ConfigEntry) => Json;
  /** Texts after "component.<domain>.", by key. */
  readonly texts: Readonly<Record<string, string>>;
}
