import * as z from 'zod';
import { type ListSyntax, listFaults } from '../guard/lists.ts';

/** A comma-separated list. An entry that can never match is an error: what it was to hide would stay visible. */
export const listSchema = (syntax: ListSyntax) =>
  z.string().superRefine((value, context) => {
    for (const { index, problem } of listFaults(value, syntax)) context.addIssue({ code: 'custom', path: [index], message: problem });
  });

/** An http or https address. With `plainHttp: 'loopback'` an http address must be of this machine. */
export const addressSchema = ({ plainHttp, example }: { readonly plainHttp: 'anywhere' | 'loopback'; readonly example: string }) =>
  z
    .string()
    .trim()
    .refine(
      (value) => {
        const url = /^https?:\/\/[^\s/]+/i.test(value) && URL.canParse(value) ? new URL(value) : undefined;
        return url?.protocol === 'https:' || (url !== undefined && (plainHttp === 'anywhere' || isLoopback(url.hostname)));
      },
      {
        message:
          plainHttp === 'anywhere'
            ? `must be an address that begins with http:// or https://, such as ${example}`
            : `must be an https:// address; plain http:// is for this machine only, such as ${example}`,
      },
    );

/** Is this host name, as a URL holds it, this machine? */
export const isLoopback = (hostname: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(hostname);

export interface ListSetting {
  /** Environment names, the documented one first. */
  readonly env: readonly string[];
  readonly syntax: ListSyntax;
  /** "entities" */
  readonly things: string;
  /** "domains or entity patterns" */
  readonly entries: string;
  readonly example: string;
  /** Entries may be names that people gave. */
  readonly personal?: boolean;
}

const listOf = ({ env, syntax, example, personal = false }: ListSetting) => ({
  schema: listSchema(syntax),
  env,
  example,
  ...(personal ? { personal } : {}),
});

/** The setting of an allow list. */
export const allowSetting = (setting: ListSetting) => ({
  ...listOf(setting),
  title: `Visible ${setting.things}`,
  description: `Comma-separated list of ${setting.entries}. When set, all other ${setting.things} are hidden from this server.`,
  flag: 'allow',
});

/** The setting of a deny list. */
export const denySetting = (setting: ListSetting) => ({
  ...listOf(setting),
  title: `Hidden ${setting.things}`,
  description: `Comma-separated list of ${setting.entries} that are hidden from this server. Overrides the visible list.`,
  flag: 'deny',
});

/** What holds for security-relevant actions. `actions` begins a sentence: "Unlocking, disarming and the like". */
export const securitySetting = ({ env, actions }: { readonly env: readonly string[]; readonly actions: string }) => ({
  schema: z.enum(['ask', 'never']).default('ask'),
  title: 'Security-relevant actions',
  description: `${actions}: "ask" wants a person to agree each time, "never" refuses.`,
  env,
  flag: 'security',
  example: 'ask',
});

export interface CaFileSetting {
  readonly env: readonly string[];
  /** "the certificate of Home Assistant, when the system does not know it" */
  readonly signed: string;
  readonly example: string;
  /** The path may say whose it is. */
  readonly personal?: boolean;
}

/** The authority to trust instead of the built-in ones. */
export const caFileSetting = ({ env, signed, example, personal = false }: CaFileSetting) => ({
  schema: z.string().min(1),
  title: 'CA certificate file',
  description: `PEM file of the authority that signed ${signed}. Takes the place of the built-in authorities.`,
  env,
  flag: 'ca-file',
  example,
  ...(personal ? { personal } : {}),
});
