import type * as z from 'zod';

/** One setting. Docs, JSON Schema, server.json, MCPB user_config and doctor are all made from it. */
export interface Setting<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  readonly title: string;
  readonly description: string;
  /** Environment names, the first is the one documented, the others are accepted. */
  readonly env: readonly string[];
  /** Command-line flag without dashes; secrets have none, since argv is public. */
  readonly flag?: string;
  readonly secret?: boolean;
  /** Names somebody or something of theirs, one or a comma-separated list: left out of reports for strangers, as addresses are. */
  readonly personal?: boolean;
  /** A server without it can start and list its tools, but not work. */
  readonly required?: boolean;
  readonly example?: string;
}

export type SettingsSchema = Readonly<Record<string, Setting>>;
/** Values after parsing. Required ones may still be missing: a server starts without credentials. */
export type SettingsOf<S extends SettingsSchema> = { readonly [K in keyof S]: z.output<S[K]['schema']> | undefined };

export type SettingSource = 'flag' | 'environment' | 'profile' | 'store' | 'default' | 'unset';

export interface SettingProblem {
  readonly setting: string;
  /** Where the bad value came from, e.g. "HOMEASSISTANT_URL" or "--url". Never the value of a secret. */
  readonly where: string;
  readonly problem: string;
  /** The cure, where the problem itself knows one. */
  readonly fix?: string;
}

export interface LoadedSettings<S extends SettingsSchema> {
  readonly values: SettingsOf<S>;
  readonly sources: { readonly [K in keyof S]: { readonly from: SettingSource; readonly name?: string } };
  /** Every problem found, not only the first. */
  readonly problems: readonly SettingProblem[];
  /** Settings whose reference was not followed yet, as asked; they are undefined. */
  readonly deferred: readonly string[];
  readonly profile: string;
  /** Arguments left over after flags, for the CLI's commands. */
  readonly rest: readonly string[];
}

/** Identity helper that keeps each setting's own type. */
export const defineSettings = <S extends SettingsSchema>(settings: S): S => Object.freeze(settings);
