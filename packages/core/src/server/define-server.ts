import type { SettingsOf, SettingsSchema } from '../config/setting.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { AnyTool } from '../tool/define-tool.ts';

/** What every server's operations must offer besides its own. */
export interface Closable {
  /** Ends every socket and timer. Called once, at exit. */
  close(): Promise<void>;
}

/** What `doctor` gets besides what `connect` gets. */
export interface DoctorRuntime extends Runtime {
  readonly report: {
    /** Strangers may read the report: names of people, homes and devices stay out of it. */
    readonly redacted: boolean;
  };
}

export interface Toolset {
  readonly id: string;
  readonly title: string;
  readonly byDefault: boolean;
}

export interface ResourceBody {
  readonly mimeType: string;
  readonly text: string;
}

/** A resource, or a template when `uri` has {variables}. */
export interface ResourceDefinition<Operations> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly uri: string;
  readonly mimeType: string;
  /** Lowest level that may read it. */
  readonly level: string;
  read(operations: Operations, variables: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ResourceBody>;
  /** Values for a template's variable that begin with what was typed. */
  complete?(operations: Operations, variable: string, typed: string): Promise<readonly string[]>;
  /** Calls `changed` whenever a subscribed uri has new content; returns how to stop. */
  watch?(operations: Operations, uri: string, changed: () => void): () => void;
}

export interface PromptDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required?: boolean }[];
  render(values: Readonly<Record<string, string>>): string;
}

export interface DoctorCheck {
  readonly id: string;
  /** A warning is risky or does nothing, but does not stop the server from working. */
  readonly status: 'ok' | 'problem' | 'warning' | 'skipped';
  /** What was seen. Never a secret. */
  readonly seen: string;
  /** Names of people and homes that stand in these texts: left out of reports for strangers. */
  readonly names?: readonly string[];
  /** How to mend it, when it is a problem or a warning. */
  readonly mend?: string;
  /** More than fits a line, for `--json`: shapes and counts of a bundle that a person may publish. Never a secret or a name. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Demo<S extends SettingsSchema> {
  readonly settings: Partial<SettingsOf<S>>;
  close(): Promise<void>;
}

/** Everything core needs to serve, document, pack and test one integration. */
export interface ServerDefinition<S extends SettingsSchema, Operations extends Closable> {
  /** "home-assistant": folder of its profiles, name in logs. */
  readonly name: string;
  readonly title: string;
  readonly version: string;
  readonly packageName: string;
  /** Path of the built bin where no registry put it, as in a clone: texts and configs then name it. The command line sets it. */
  readonly bin?: string | undefined;
  /** At most 10 characters; the key written into clients' configs. */
  readonly alias: string;
  readonly description: string;
  /** At most 1,500 characters. */
  readonly instructions: string;
  /** Ordered, weakest first. */
  readonly levels: readonly string[];
  readonly defaultLevel: string;
  readonly toolsets: readonly Toolset[];
  readonly settings: S;
  readonly tools: readonly AnyTool<Operations>[];
  readonly resources: readonly ResourceDefinition<Operations>[];
  readonly prompts: readonly PromptDefinition[];
  /** Builds the operations without touching the network: the first call connects. */
  connect(settings: SettingsOf<S>, runtime: Runtime): Operations;
  /** Live checks of address and credentials, in order. */
  doctor?(settings: SettingsOf<S>, signal: AbortSignal, runtime: DoctorRuntime): AsyncIterable<DoctorCheck>;
  /** Asks a person for what is needed and checks it against the system; the result is stored by core. */
  login?(
    ask: (question: string, options?: { secret?: boolean; initial?: string }) => Promise<string>,
    context: { readonly settings: Partial<SettingsOf<S>>; readonly runtime: Runtime },
  ): Promise<Partial<SettingsOf<S>>>;
  /** Starts the embedded simulated system. */
  demo?(): Promise<Demo<S>>;
}

export const defineServer = <S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
): ServerDefinition<S, Operations> => Object.freeze(definition);
