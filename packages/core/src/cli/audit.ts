import { parseFlags } from '../config/parse-flags.ts';
import type { SettingsSchema } from '../config/setting.ts';
import { verifyAuditFiles } from '../security/audit-files.ts';
import type { Closable } from '../server/define-server.ts';
import { auditFolder } from '../server/serve-stdio.ts';
import type { CommandContext } from './command-context.ts';
import { refuseStrays } from './stray-words.ts';

type Verified = ReturnType<typeof verifyAuditFiles>;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const isWrong = ({ bad, beginsLate }: Verified[number]): boolean => bad.length > 0 || beginsLate;

const asJson = (folder: string, files: Verified): number => {
  const wrong = files.filter(isWrong).length;
  say(JSON.stringify({ folder, files, wrong }, null, 2));
  return wrong === 0 ? 0 : 1;
};

/** `audit verify`: checks the hash chain of every file of the trail, which all profiles share, and reports on stdout. Exit code 1 when one does not hold. */
export const audit = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<number> => {
  const { rest, problems } = parseFlags({}, argv, { json: 'boolean' });
  const words = rest.filter((word) => word !== '--json');
  if (words[0] !== 'verify') {
    process.stderr.write('audit verify [--json]: checks whether the trail of writes was changed since it was written.\n');
    return 2;
  }
  refuseStrays([...words.slice(1), ...problems.map(({ where }) => where)]);
  const folder = auditFolder(definition.name, env);
  const found = verifyAuditFiles(folder);
  if (rest.includes('--json')) return asJson(folder, found);
  for (const { file, bad, beginsLate } of found) {
    if (beginsLate) say(`✘ ${file}: what came before its first line is missing`);
    if (bad.length > 0) say(`✘ ${file}: changed, or a line is missing before it: line ${bad.slice(0, 20).join(', ')}`);
  }
  const wrong = found.filter(isWrong).length;
  const lines = found.reduce((sum, file) => sum + file.lines, 0);
  if (found.length === 0) say(`There is no trail in ${folder} yet.`);
  else if (wrong === 0)
    say(`✔ ${lines} lines in ${found.length} file${found.length === 1 ? '' : 's'} of ${folder} are as they were written.`);
  else say(`${wrong} of ${found.length} files were changed since they were written.`);
  if (found.length > 0) say('Files or last lines that were removed as a whole leave no trace.');
  return wrong === 0 ? 0 : 1;
};
