import type { SettingsSchema } from '../config/setting.ts';
import { verifyAuditTrail } from '../security/audit-trail.ts';
import type { Closable } from '../server/define-server.ts';
import { auditFolder } from '../server/serve-stdio.ts';
import type { CommandContext } from './run-cli.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `audit verify`: checks the hash chain of every file of the trail. Exit code 1 when one does not hold. */
export const audit = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<number> => {
  if (argv.length !== 1 || argv[0] !== 'verify') {
    say('audit verify: checks whether the trail of writes was changed since it was written.');
    return 2;
  }
  const folder = auditFolder(definition.name, env);
  const found = verifyAuditTrail(folder);
  for (const { file, bad, beginsLate } of found) {
    if (beginsLate) say(`✘ ${file}: what came before its first line is missing`);
    if (bad.length > 0) say(`✘ ${file}: changed, or a line is missing before it: line ${bad.slice(0, 20).join(', ')}`);
  }
  const wrong = found.filter(({ bad, beginsLate }) => bad.length > 0 || beginsLate).length;
  const lines = found.reduce((sum, file) => sum + file.lines, 0);
  if (found.length === 0) say(`There is no trail in ${folder} yet.`);
  else if (wrong === 0)
    say(`✔ ${lines} lines in ${found.length} file${found.length === 1 ? '' : 's'} of ${folder} are as they were written.`);
  else say(`${wrong} of ${found.length} files were changed since they were written.`);
  if (found.length > 0) say('Files or last lines that were removed as a whole leave no trace.');
  return wrong === 0 ? 0 : 1;
};
