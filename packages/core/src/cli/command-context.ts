import type { SettingsSchema } from '../config/setting.ts';
import type { Secrets } from '../security/redactor.ts';
import type { Closable, ServerDefinition } from '../server/define-server.ts';

/** What each command gets. */
export interface CommandContext<S extends SettingsSchema, Operations extends Closable> {
  readonly definition: ServerDefinition<S, Operations>;
  /** Words after the command. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What must not be shown; filled while settings and credentials are read. */
  readonly secrets: Secrets;
  /** Folder of a built program, with what the build made beside it. */
  readonly folder?: string | undefined;
}
