import type { SettingsSchema } from '../config/setting.ts';
import { openAuditLog } from '../security/audit-log.ts';
import { ConfirmationKeeper } from '../security/confirmation.ts';
import { IdempotencyStore } from '../security/idempotency.ts';
import { redactor } from '../security/redactor.ts';
import type { Closable } from '../server/define-server.ts';
import { prepareServer } from '../server/prepare.ts';
import { auditFolder, createLog } from '../server/serve-stdio.ts';
import { createToolCaller } from '../tool/call-tool.ts';
import { askYes } from './ask.ts';
import type { CommandContext } from './run-cli.ts';

/** `key=value`; a value that reads as JSON is JSON. */
const argumentsOf = (words: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    words.map((word) => {
      const cut = word.indexOf('=');
      const [key, text] = cut < 0 ? [word, 'true'] : [word.slice(0, cut), word.slice(cut + 1)];
      try {
        return [key, JSON.parse(text) as unknown];
      } catch {
        return [key, text];
      }
    }),
  );

/** Calls one tool and prints its reply. Asks on a terminal where a person must agree; elsewhere it refuses. */
export const call = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env,
}: CommandContext<S, Operations>): Promise<number> => {
  const log = createLog(definition.name);
  const system = argv.includes('--demo') ? await definition.demo?.() : undefined;
  const prepared = await prepareServer(definition, {
    argv,
    env,
    log,
    otherFlags: { demo: 'boolean' },
    ...(system ? { overrides: system.settings } : {}),
  });
  const [name, ...words] = prepared.loaded.rest.filter((word) => !word.startsWith('--'));
  if (name === undefined) {
    process.stderr.write('call TOOL key=value…\n');
    return 2;
  }
  const operations = await prepared.connect();
  const caller = createToolCaller<Operations>({
    tools: definition.tools,
    levels: definition.levels,
    level: prepared.level,
    toolsets: prepared.toolsets,
    operations: () => operations,
    audit: prepared.audit ? openAuditLog(auditFolder(definition.name, env)) : undefined,
    redactor,
    keeper: new ConfirmationKeeper(),
    idempotency: new IdempotencyStore(),
    deadlineMs: prepared.deadlineMs,
    principal: 'command line',
    log,
  });
  const signal = new AbortController().signal;
  try {
    let outcome = await caller.call(name, argumentsOf(words), { signal, canAsk: true });
    if (outcome.kind === 'ask') {
      const answer = (await askYes(outcome.message)) ? 'accept' : 'decline';
      outcome = await caller.call(name, argumentsOf(words), { signal, canAsk: true, answer, askedState: outcome.askedState });
    }
    if (outcome.kind === 'reply') {
      process.stdout.write(`${JSON.stringify(outcome.data, null, 2)}\n`);
      return 0;
    }
    process.stderr.write(`${outcome.kind === 'error' ? outcome.text : 'The target changed while you were asked; nothing was done.'}\n`);
    return 1;
  } finally {
    await operations.close();
    await system?.close();
  }
};
