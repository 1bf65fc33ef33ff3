import type { SettingsSchema } from '../config/setting.ts';
import { nearMisses } from '../errors/near-miss.ts';
import { refuse } from '../errors/tool-error.ts';
import type { Closable } from '../server/define-server.ts';
import { prepareServer } from '../server/prepare.ts';
import { auditFolder, lazyAudit, stderrLog } from '../server/serve-stdio.ts';
import { createToolCaller } from '../tool/call-tool.ts';
import type { AnyTool } from '../tool/define-tool.ts';
import { inputJsonSchema } from '../tool/tool-schema.ts';
import { askYes } from './ask.ts';
import type { CommandContext } from './command-context.ts';
import { demoEnvironment } from './demo-environment.ts';
import { refuseStrays } from './stray-words.ts';

const usage = [
  'call TOOL key=value…',
  'A list is JSON or the key repeated: ids=\'["a","b"]\' or ids=a ids=b. A yes or no is key=true or key=false; an object is JSON.',
].join('\n');

/** A word without "=" that is no argument of the tool: how it was probably meant to be written. @throws ToolError */
const refuseBareWords = <Operations>(tool: AnyTool<Operations> | undefined, words: readonly string[]): void => {
  const properties = tool && (inputJsonSchema(tool)['properties'] as Record<string, unknown> | undefined);
  const bare = properties && words.find((word) => !word.includes('=') && !Object.hasOwn(properties, word));
  if (properties === undefined || bare === undefined) return;
  const keys = Object.keys(properties);
  const [meant = keys[0]] = nearMisses(bare, keys, 1);
  throw refuse('invalid_input', `"${bare}" is no argument of ${tool?.name}.`, {
    next: [meant === undefined ? 'Call it without arguments.' : `Write it as key=value, for example ${meant}=${bare}.`],
  });
};

/** Does this tool take text here, and nothing else? Then "5" and "true" are text too. */
const takesOnlyText = <Operations>(tool: AnyTool<Operations> | undefined, key: string): boolean => {
  const properties = tool && (inputJsonSchema(tool)['properties'] as Record<string, { type?: unknown }> | undefined);
  return properties !== undefined && Object.hasOwn(properties, key) && properties[key]?.type === 'string';
};

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** `key=value`; a value that reads as JSON is JSON, unless the tool wants text. A key given twice is a list. */
export const argumentsOf = <Operations>(tool: AnyTool<Operations> | undefined, words: readonly string[]): Record<string, unknown> => {
  const args = new Map<string, unknown>();
  for (const word of words) {
    const cut = word.indexOf('=');
    const [key, text] = cut < 0 ? [word, 'true'] : [word.slice(0, cut), word.slice(cut + 1)];
    const value = takesOnlyText(tool, key) ? text : jsonOrText(text);
    args.set(key, args.has(key) ? [args.get(key), value].flat() : value);
  }
  return Object.fromEntries(args);
};

/** Calls one tool and prints its reply. Asks on a terminal where a person must agree; elsewhere it refuses. */
export const call = async <S extends SettingsSchema, Operations extends Closable>({
  definition,
  argv,
  env: ownEnv,
  secrets,
}: CommandContext<S, Operations>): Promise<number> => {
  // "--demo=yes" must not act on the person's own system.
  refuseStrays(argv.filter((word) => word.startsWith('--demo=')));
  const onDemo = argv.includes('--demo');
  const env = onDemo ? demoEnvironment(ownEnv) : ownEnv;
  const system = onDemo ? await definition.demo?.() : undefined;
  const prepared = await prepareServer(definition, {
    argv,
    env,
    secrets,
    writeLog: stderrLog(definition.name),
    otherFlags: { demo: 'boolean' },
    ...(system ? { overrides: system.settings } : {}),
  });
  const [name, ...words] = prepared.loaded.rest.filter((word) => !word.startsWith('--'));
  if (name === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const tool = definition.tools.find((one) => one.name === name);
  refuseBareWords(tool, words);
  const args = argumentsOf(tool, words);
  const operations = await prepared.connect();
  const caller = createToolCaller<Operations>({
    tools: definition.tools,
    levels: definition.levels,
    level: prepared.level,
    toolsets: prepared.toolsets,
    startedWith: prepared.startedWith,
    switchedOn: prepared.switchedOn,
    operations: () => operations,
    audit: prepared.audit ? lazyAudit(auditFolder(definition.name, env)) : undefined,
    deadlineMs: prepared.deadlineMs,
    principal: 'command line',
    runtime: prepared.runtime,
  });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const request = { signal: interrupted.signal, canAsk: true };
  try {
    let outcome = await caller.call(name, args, request);
    if (outcome.kind === 'ask') {
      if (!process.stdin.isTTY) {
        process.stderr.write(`Nothing was done. A person must agree first, at a terminal: ${outcome.message}\n`);
        return 1;
      }
      const answer = (await askYes(outcome.message)) ? 'accept' : 'decline';
      outcome = await caller.call(name, args, { ...request, answer, askedState: outcome.askedState });
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
