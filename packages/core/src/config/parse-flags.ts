import { nearMisses } from '../errors/near-miss.ts';
import { kindOf, yesOrNo } from './schema-kind.ts';
import type { SettingProblem, SettingsSchema } from './setting.ts';

/** Flags that are not settings (`--json`): they stay in `rest`, a `value` one with its value. */
export type OtherFlags = Readonly<Record<string, 'boolean' | 'value'>>;

export interface ParsedFlags {
  /** By setting: text, true/false for booleans, or a list when a list's flag was given more than once. */
  readonly values: ReadonlyMap<string, string | boolean | readonly string[]>;
  readonly profile: string | undefined;
  readonly problems: readonly SettingProblem[];
  readonly rest: readonly string[];
  /** Secrets somebody typed on the command line; refused, but to be kept out of every output. */
  readonly exposed: readonly string[];
}

interface KnownFlag {
  readonly setting: string;
  readonly kind: 'boolean' | 'array' | 'value' | 'secret' | 'profile' | 'other-boolean' | 'other-value';
}

const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();

const knownFlags = (schema: SettingsSchema, others: OtherFlags): Map<string, KnownFlag> => {
  const known = new Map<string, KnownFlag>([['profile', { setting: 'profile', kind: 'profile' }]]);
  for (const [name, kind] of Object.entries(others)) known.set(name, { setting: name, kind: `other-${kind}` });
  for (const [setting, { secret, env }] of Object.entries(schema)) {
    if (secret) for (const name of [setting, ...env]) known.set(kebab(name), { setting, kind: 'secret' });
  }
  for (const [setting, { flag, schema: type, secret }] of Object.entries(schema)) {
    if (flag === undefined || secret) continue;
    const kind = kindOf(type);
    known.set(flag, { setting, kind: kind === 'boolean' || kind === 'array' ? kind : 'value' });
  }
  return known;
};

const unknownFlag = (name: string, known: ReadonlyMap<string, KnownFlag>): SettingProblem => {
  const offered = [...known].filter(([, flag]) => flag.kind !== 'secret').map(([flag]) => flag);
  const near = nearMisses(name, offered, 1)[0];
  const hint = near ? `; did you mean --${near}?` : `; the flags are ${offered.map((flag) => `--${flag}`).join(', ')}`;
  return { setting: near ? (known.get(near)?.setting ?? near) : name, where: `--${name}`, problem: `is not a flag${hint}` };
};

/** Reads flags of a settings schema from `argv` (without node and script). Everything after a bare `--` is left alone. */
export const parseFlags = (schema: SettingsSchema, argv: readonly string[], others: OtherFlags = {}): ParsedFlags => {
  const known = knownFlags(schema, others);
  const values = new Map<string, string | boolean | readonly string[]>();
  const problems: SettingProblem[] = [];
  const rest: string[] = [];
  const exposed: string[] = [];
  let profile: string | undefined;
  let index = 0;

  const takeValue = (inline: string | undefined): string | undefined => {
    if (inline !== undefined) return inline;
    const next = argv[index];
    if (next === undefined || /^--(?!$)/.test(next)) return undefined;
    index += 1;
    return next;
  };
  /** A yes or no that follows a switch is its value: dropped, "--raw no" would switch on what was to stay off. */
  const takeAnswer = (): string | undefined => {
    const next = argv[index];
    if (next === undefined || yesOrNo(next) === undefined) return undefined;
    index += 1;
    return next;
  };
  const store = (flag: KnownFlag, name: string, inline: string | undefined): void => {
    if (flag.kind === 'boolean') return void values.set(flag.setting, inline ?? takeAnswer() ?? true);
    const value = takeValue(inline);
    if (flag.kind === 'secret') {
      if (value !== undefined) exposed.push(value);
      const safe = schema[flag.setting]?.env[0];
      const mend = safe ? `; set ${safe} or ${safe}_FILE, or run login` : '; run login';
      problems.push({ setting: flag.setting, where: `--${name}`, problem: `is a secret, and the command line is public${mend}` });
    } else if (value === undefined) problems.push({ setting: flag.setting, where: `--${name}`, problem: 'needs a value' });
    else if (flag.kind === 'profile') profile = value;
    else if (flag.kind === 'array') values.set(flag.setting, [...[values.get(flag.setting) ?? []].flat().map(String), value]);
    else values.set(flag.setting, value);
  };
  const pass = (flag: KnownFlag, argument: string, inline: string | undefined): void => {
    rest.push(argument);
    if (flag.kind !== 'other-value' || inline !== undefined) return;
    const value = takeValue(undefined);
    if (value !== undefined) rest.push(value);
  };
  const negated = (name: string): KnownFlag | undefined => {
    const flag = name.startsWith('no-') ? known.get(name.slice(3)) : undefined;
    return flag?.kind === 'boolean' ? flag : undefined;
  };

  while (index < argv.length) {
    const argument = argv[index] ?? '';
    index += 1;
    if (argument === '--') {
      rest.push(...argv.slice(index));
      break;
    }
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
    if (match === null) {
      rest.push(argument);
      continue;
    }
    const [, name = '', inline] = match;
    const flag = known.get(name);
    const off = negated(name);
    if (flag?.kind === 'other-boolean' || flag?.kind === 'other-value') pass(flag, argument, inline);
    else if (flag !== undefined) store(flag, name, inline);
    else if (off !== undefined && inline === undefined) values.set(off.setting, false);
    else {
      const problem = unknownFlag(name, known);
      problems.push(problem);
      const meant = schema[problem.setting];
      // The value of a misspelt flag must not be taken for a command.
      if (meant !== undefined && kindOf(meant.schema) !== 'boolean') takeValue(inline);
    }
  }
  return { values, profile, problems, rest, exposed };
};
