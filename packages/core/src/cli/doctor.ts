import { loadSettings } from '../config/load-settings.ts';
import type { LoadedSettings, SettingProblem, SettingsOf, SettingsSchema } from '../config/setting.ts';
import { renderError } from '../errors/render-error.ts';
import type { Secrets } from '../security/redactor.ts';
import { safeText } from '../security/safe-text.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable, DoctorCheck, ServerDefinition } from '../server/define-server.ts';
import { secretFromStore } from '../server/prepare.ts';
import { cliRuntime } from '../server/runtime-storage.ts';
import { startLine } from '../server/start-command.ts';
import { mapText } from '../walk/map-value.ts';
import type { CommandContext } from './command-context.ts';
import { hidePrivate, privateTexts } from './redacted-report.ts';
import { checkStateFolder } from './state-folder.ts';
import { refuseStrayWords } from './stray-words.ts';

const otherFlags = { json: 'boolean', redacted: 'boolean' } as const;
const marks = { ok: '✔', problem: '✘', warning: '!', skipped: '–' } as const;
const limitMs = 30_000;

const isRedacted = (argv: readonly string[]): boolean => argv.includes('--redacted');
const longestText = 600;

/** Where a wrong value is to be corrected. */
const cureOf = ({ setting, where }: SettingProblem): string =>
  where.endsWith('.json') ? `correct "${setting}" in ${where}.` : `correct ${where}.`;

/** A line for each thing that is wrong, then where the values come from. */
function* settingChecks(
  { problems, sources, profile }: LoadedSettings<SettingsSchema>,
  warnings: readonly string[],
): Iterable<DoctorCheck> {
  for (const problem of problems)
    yield { id: 'config', status: 'problem', seen: `${problem.where}: ${problem.problem}`, mend: problem.fix ?? cureOf(problem) };
  for (const warning of new Set(warnings)) yield { id: 'config', status: 'warning', seen: warning };
  const set = Object.entries(sources).filter(([, source]) => source.from !== 'default' && source.from !== 'unset');
  const from = set.map(([key, source]) => `${key} from ${source.name ?? source.from}`).join(', ') || 'nothing set';
  yield { id: 'sources', status: 'ok', seen: `profile ${profile}; ${from}` };
}

/** Required settings that nothing sets. One that is set and wrong was named before. */
function* missingSettings<S extends SettingsSchema, Operations extends Closable>(
  definition: ServerDefinition<S, Operations>,
  { sources, problems }: LoadedSettings<SettingsSchema>,
): Iterable<DoctorCheck> {
  for (const [key, setting] of Object.entries(definition.settings)) {
    if (!setting.required || sources[key]?.from !== 'unset' || problems.some((problem) => problem.setting === key)) continue;
    yield {
      id: key,
      status: 'problem',
      seen: `${setting.title} is not set`,
      mend: `run ${startLine(definition, 'login')}, or set ${setting.env[0]}. Clients pass few variables on: put it into the client's own env block.`,
    };
  }
}

/** The server's own checks; one that breaks ends them, and is itself a problem. */
async function* ownChecks<S extends SettingsSchema, Operations extends Closable>(
  { definition, argv, env, secrets }: CommandContext<S, Operations>,
  loaded: LoadedSettings<SettingsSchema>,
): AsyncIterable<DoctorCheck> {
  try {
    const report = { redacted: isRedacted(argv) };
    const runtime = cliRuntime(definition, { profile: loaded.profile, env, secrets });
    yield* definition.doctor?.(loaded.values as SettingsOf<S>, AbortSignal.timeout(limitMs), { ...runtime, report }) ?? [];
  } catch (error) {
    const { text } = renderError(error, { log: { error: () => undefined }, secrets, writes: false });
    yield { id: 'checks', status: 'problem', seen: `The checks stopped: ${text}` };
  }
}

const counted = (count: number, word: string): string => `${count === 0 ? 'No' : count} ${word}${count > 1 ? 's' : ''}`;

/** Collects checks, cleaned and without secrets; for people it prints each when it is there. */
const createReport = (asJson: boolean, secrets: Secrets) => {
  const checks: DoctorCheck[] = [];
  let hide = (text: string, _names: readonly string[]): string => text;
  const count = (status: DoctorCheck['status']): number => checks.filter((check) => check.status === status).length;
  const add = ({ names = [], ...check }: DoctorCheck): void => {
    const words = (text: string): string => safeText(text, secrets, { longest: longestText, hide: (full) => hide(full, names) });
    const clean = {
      ...check,
      seen: words(check.seen),
      ...(check.mend === undefined ? {} : { mend: words(check.mend) }),
      ...(check.detail === undefined ? {} : { detail: mapText(check.detail, words) as Record<string, unknown> }),
    };
    checks.push(clean);
    if (asJson) return;
    process.stdout.write(` ${marks[check.status]} ${check.id.padEnd(11)} ${clean.seen}\n`);
    if ((clean.status === 'problem' || clean.status === 'warning') && clean.mend) process.stdout.write(`   fix: ${clean.mend}\n`);
  };
  const end = (): number => {
    const [problems, warnings] = [count('problem'), count('warning')];
    if (asJson) process.stdout.write(`${JSON.stringify({ checks, problems, warnings }, null, 2)}\n`);
    else process.stdout.write(`${counted(problems, 'problem')}${warnings > 0 ? `, ${counted(warnings, 'warning')}` : ''}.\n`);
    return problems === 0 ? 0 : 1;
  };
  return { add, end, problems: () => count('problem'), hideWith: (own: typeof hide): void => void (hide = own) };
};

/** Runtime and settings first, then the server's own live checks, all on stdout. Exit code 1 when one is a problem; a warning is none. */
export const doctor = async <S extends SettingsSchema, Operations extends Closable>(
  context: CommandContext<S, Operations>,
): Promise<number> => {
  const { definition, argv, env, secrets } = context;
  refuseStrayWords(allSettings(definition), argv, otherFlags);
  const report = createReport(argv.includes('--json'), secrets);
  report.add({ id: 'runtime', status: 'ok', seen: `Node ${process.versions.node} on ${process.platform}` });
  // What is to be hidden is known when the settings are; until then nothing about them is shown.
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const loaded = await loadSettings(allSettings(definition), {
    serverName: definition.name,
    argv,
    env,
    secrets,
    otherFlags,
    storeLookup: secretFromStore(definition.name, { env, secrets, warn }),
    warn,
  });
  if (isRedacted(argv)) report.hideWith(hidePrivate(privateTexts(definition.settings, loaded, env)));
  for (const check of settingChecks(loaded, warnings)) report.add(check);
  for (const check of missingSettings(definition, loaded)) report.add(check);
  const usable = report.problems() === 0;
  report.add(checkStateFolder(cliRuntime(definition, { profile: loaded.profile, env, secrets }).storage.stateFolder));
  if (usable) for await (const check of ownChecks(context, loaded)) report.add(check);
  return report.end();
};
