import { loadSettings } from '../config/load-settings.ts';
import type { SettingsOf, SettingsSchema } from '../config/setting.ts';
import { redactor } from '../security/redactor.ts';
import { cleanText } from '../security/untrusted-text.ts';
import { allSettings } from '../server/common-settings.ts';
import type { Closable, DoctorCheck } from '../server/define-server.ts';
import { secretFromStore } from '../server/prepare.ts';
import type { CommandContext } from './run-cli.ts';

const marks = { ok: '✔', problem: '✘', skipped: '–' } as const;
const limitMs = 30_000;

/** Runtime and settings first, then the server's own live checks. Exit code 1 when one is a problem. */
export const doctor = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<number> => {
  const checks: DoctorCheck[] = [];
  const asJson = argv.includes('--json');
  const add = (check: DoctorCheck): void => {
    const clean = { ...check, seen: redactor.redact(cleanText(check.seen, 300)) };
    checks.push(clean);
    if (asJson) return;
    process.stderr.write(` ${marks[check.status]} ${check.id.padEnd(11)} ${clean.seen}\n`);
    if (check.status === 'problem' && check.mend) process.stderr.write(`   mend: ${check.mend}\n`);
  };
  add({ id: 'runtime', status: 'ok', seen: `Node ${process.versions.node} on ${process.platform}` });
  const loaded = await loadSettings(allSettings(definition), {
    serverName: definition.name,
    argv,
    env,
    otherFlags: { json: 'boolean', redacted: 'boolean' },
    storeLookup: secretFromStore(definition.name, env),
    warn: (message) => add({ id: 'config', status: 'problem', seen: message }),
  });
  for (const { where, problem } of loaded.problems)
    add({ id: 'config', status: 'problem', seen: `${where}: ${problem}`, mend: 'correct it there.' });
  const sources = Object.entries(loaded.sources).filter(([, source]) => source.from !== 'default' && source.from !== 'unset');
  add({
    id: 'config',
    status: 'ok',
    seen: `profile ${loaded.profile}; ${sources.map(([key, source]) => `${key} from ${source.name ?? source.from}`).join(', ') || 'nothing set'}`,
  });
  for (const [key, setting] of Object.entries(definition.settings)) {
    if (!setting.required || loaded.values[key] !== undefined) continue;
    add({
      id: key,
      status: 'problem',
      seen: `${setting.title} is not set`,
      mend: `run npx -y ${definition.packageName} login, or set ${setting.env[0]}. Clients pass few variables on: put it into the client's own env block.`,
    });
  }
  if (definition.doctor && !checks.some(({ status }) => status === 'problem'))
    for await (const check of definition.doctor(loaded.values as SettingsOf<S>, AbortSignal.timeout(limitMs))) add(check);
  const problems = checks.filter(({ status }) => status === 'problem').length;
  if (asJson) process.stdout.write(`${JSON.stringify({ checks, problems }, null, 2)}\n`);
  else process.stderr.write(problems === 0 ? 'No problem.\n' : `${problems} problem${problems === 1 ? '' : 's'}.\n`);
  return problems === 0 ? 0 : 1;
};
