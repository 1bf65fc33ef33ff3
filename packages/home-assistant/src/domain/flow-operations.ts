import type { Approval } from '@switchyard-mcp/core';

/** What a flow is for: each kind begins elsewhere and ends in something else to verify. */
export const flowKinds = ['config', 'options', 'reconfigure', 'reauth', 'repair', 'subentry'] as const;
export type FlowKind = (typeof flowKinds)[number];

/** One config entry: an integration as it was set up. */
export interface ConfigEntry {
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
  /** Home Assistant's word: loaded, setup_error, setup_retry, not_loaded… */
  readonly state: string;
  readonly reason?: string;
  readonly disabled: boolean;
  readonly hasOptions: boolean;
  readonly canReconfigure: boolean;
  /** Types of parts that can be added to it. */
  readonly subentryTypes: readonly string[];
  /** Grows when its data, options or title change; seconds. */
  readonly modifiedAt: number;
}

export interface Subentry {
  readonly subentryId: string;
  readonly type: string;
  readonly title: string;
}

/** A flow that waits for somebody: begun here, discovered, or asking for a new sign-in. */
export interface OpenFlow {
  readonly flowId: string;
  readonly domain: string;
  readonly source: string;
  readonly stepId: string;
  readonly entryId?: string;
}

export interface Repair {
  readonly domain: string;
  readonly issueId: string;
  readonly severity: string;
  readonly fixable: boolean;
  readonly ignored: boolean;
  readonly breaksIn?: string;
}

/** One question of a form. Fields of a section are named "section.field". */
export interface FlowField {
  readonly name: string;
  /** text, number, boolean, select, entity…; "[]" behind it when it takes a list. */
  readonly type: string;
  readonly required: boolean;
  readonly secret: boolean;
  /** Default or present value; absent for secrets. */
  readonly value?: unknown;
  readonly options?: readonly string[];
  /** "0–6", "sensor, number". */
  readonly limits?: string;
  /** What Home Assistant tells a person about it. */
  readonly about?: string;
}

/** Where a flow stands. */
export interface FlowStep {
  readonly flowId: string;
  readonly type: 'form' | 'menu' | 'external' | 'progress' | 'aborted' | 'finished';
  readonly stepId: string;
  /** Domain of the integration. */
  readonly domain: string;
  readonly fields: readonly FlowField[];
  /** By field name; "base" is about the whole form. */
  readonly errors: Readonly<Record<string, string>>;
  readonly menu: readonly string[];
  /** Title and description that Home Assistant would show a person. */
  readonly text?: string;
  /** Address a person must open, of an external step. */
  readonly url?: string;
  /** What is going on, of a progress step. */
  readonly action?: string;
  /** Why it was aborted: Home Assistant's key. */
  readonly reason?: string;
}

/** What a finished flow left behind, read back. */
export interface FlowResult {
  readonly kind: FlowKind;
  /** The entry that was made or changed, once it has settled. */
  readonly entry?: ConfigEntry;
  readonly entityIds?: readonly string[];
  /** Parts of the entry, of a flow about one. */
  readonly subentries?: readonly Subentry[];
  /** Of a repair; absent when it is not known which issue the flow was for. */
  readonly issueListed?: boolean;
  /** Was the change seen? New options: the entry was modified. A repair: its issue is gone. A new sign-in: modified, or loaded. */
  readonly verified: boolean;
}

export interface EntryOutcome {
  /** As read back afterwards; undefined when it is gone. */
  readonly entry: ConfigEntry | undefined;
  /** False: it was done, and could not be read back. */
  readonly isReadBack: boolean;
  /** Home Assistant says that only a restart completes it. */
  readonly needsRestart: boolean;
}

/** What belongs to an entry and what uses that. */
export interface EntryReach {
  readonly entityIds: readonly string[];
  /** Automations, scripts, scenes and groups that use its entities or devices. */
  readonly usedBy: readonly string[];
}

export interface FlowStart {
  readonly kind: FlowKind;
  /** Domain of a new integration, of an existing one its entry id; of a repair its domain. */
  readonly handler: string;
  readonly issueId?: string;
  readonly subentryType?: string;
  readonly subentryId?: string;
}

/** Answers to the open step of a flow. Secrets among them are hidden from every text from here on. */
export interface FlowAnswers {
  readonly flowId: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Integrations, and the flows that set them up. Every write needs the level "admin". */
export interface FlowOperations {
  entries(signal: AbortSignal): Promise<readonly ConfigEntry[]>;
  subentries(entryId: string, signal: AbortSignal): Promise<readonly Subentry[]>;
  openFlows(signal: AbortSignal): Promise<readonly OpenFlow[]>;
  repairs(signal: AbortSignal): Promise<readonly Repair[]>;
  /** Domains that can be set up. */
  handlers(signal: AbortSignal): Promise<readonly string[]>;
  reachOf(entryId: string, signal: AbortSignal): Promise<EntryReach>;

  start(start: FlowStart, signal: AbortSignal): Promise<FlowStep>;
  /** Where a flow stands, whatever its kind. @throws not_found when it is over. */
  look(flowId: string, signal: AbortSignal): Promise<FlowStep>;
  /** Security acts that would be done by themselves once these answers are saved. @throws ToolError when they would be refused anyway. */
  securityActs(answers: FlowAnswers, signal: AbortSignal): Promise<readonly string[]>;
  /** Fields left out keep what was shown; null clears. @throws confirmation_required for security acts without an approval. */
  submit(answers: FlowAnswers, options: { readonly approval?: Approval | undefined; readonly signal: AbortSignal }): Promise<FlowStep>;
  abort(flowId: string, signal: AbortSignal): Promise<void>;
  /** What became of a finished flow that was begun or looked at here; waits until a new entry has settled. */
  resultOf(flowId: string, signal: AbortSignal): Promise<FlowResult>;

  /** These three answer once the entry has settled; undefined after it is gone. */
  reload(entryId: string, signal: AbortSignal): Promise<EntryOutcome>;
  setDisabled(entryId: string, disabled: boolean, signal: AbortSignal): Promise<EntryOutcome>;
  /** Removes an entry, or one part of it. */
  remove(
    target: { readonly entryId: string; readonly subentryId?: string },
    approval: Approval,
    signal: AbortSignal,
  ): Promise<EntryOutcome>;
  /** @throws unsupported when the integration has none. */
  diagnostics(entryId: string, signal: AbortSignal): Promise<unknown>;
}
