import { ConfirmationKeeper, createToolCaller, IdempotencyStore, Redactor, type SettingsOf } from '@switchyard-mcp/core';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { createHomeOperations } from '../src/client/home-operations.ts';
import { type HomeAssistantSettings, homeAssistantLevels } from '../src/config.ts';
import type { HomeOperations } from '../src/domain/operations.ts';
import { homeAssistantTools } from '../src/tools/index.ts';

type Data = Record<string, unknown>;
type SimulatorOptions = Parameters<typeof startHomeAssistantSimulator>[0];

export interface InProcessOptions {
  readonly level?: string;
  /** How long a call may last. */
  readonly deadlineMs?: number;
  readonly settings?: Partial<SettingsOf<HomeAssistantSettings>>;
  readonly simulator?: SimulatorOptions;
}

/** The tools on the real client and a simulator, without a process between them. */
export interface InProcess {
  readonly simulator: HomeAssistantSimulator;
  readonly operations: HomeOperations;
  /** Everything written into the audit trail and the log. */
  readonly written: () => string;
  readonly progress: readonly (readonly unknown[])[];
  /** A reply. @throws Error with the text of a refusal. */
  call(name: string, args: Data): Promise<Data>;
  /** The same, and the person agrees to what is asked. */
  agree(name: string, args: Data): Promise<{ readonly asked: Data; readonly data: Data }>;
  /** The text of a refusal. */
  refusal(name: string, args: Data): Promise<string>;
  close(): Promise<void>;
}

const unset = {
  token: undefined,
  caFile: undefined,
  insecureTls: undefined,
  allow: undefined,
  deny: undefined,
  security: 'ask',
  raw: undefined,
} as const;

/** Starts both. */
export const startInProcess = async ({
  level = 'admin',
  deadlineMs,
  settings = {},
  simulator: options,
}: InProcessOptions = {}): Promise<InProcess> => {
  const simulator = await startHomeAssistantSimulator(options);
  const redactor = new Redactor();
  const lines: unknown[] = [];
  const progress: (readonly unknown[])[] = [];
  const log = (message: string): void => void lines.push(redactor.redact(message));
  const operations = createHomeOperations(
    { ...unset, url: simulator.url, token: simulator.token, ...settings },
    { level, log, keepSecret: (value) => redactor.keep(value), command: 'home' },
  );
  const caller = createToolCaller({
    tools: homeAssistantTools,
    levels: homeAssistantLevels,
    level,
    switchedOn: settings.raw === true ? ['raw'] : [],
    operations: () => operations,
    audit: { file: 'memory', append: (entry) => void lines.push(entry), close: () => undefined },
    redactor,
    keeper: new ConfirmationKeeper(),
    idempotency: new IdempotencyStore(),
    principal: 'test',
    deadlineMs,
    log,
    validateOutput: true,
  });
  const outcomeOf = (name: string, args: Data) =>
    caller.call(name, args, {
      signal: new AbortController().signal,
      canAsk: false,
      progress: (...step: unknown[]) => void progress.push(step),
    });
  const call = async (name: string, args: Data): Promise<Data> => {
    const outcome = await outcomeOf(name, args);
    if (outcome.kind === 'reply') return outcome.data;
    throw new Error(outcome.kind === 'error' ? outcome.text : 'asked');
  };
  return {
    simulator,
    operations,
    progress,
    written: () => JSON.stringify(lines),
    call,
    agree: async (name, args) => {
      const asked = await call(name, args);
      if (typeof asked['confirm'] !== 'string') throw new Error(`nothing was asked: ${JSON.stringify(asked)}`);
      return { asked, data: await call(name, { ...args, confirm: asked['confirm'] }) };
    },
    refusal: async (name, args) => {
      const outcome = await outcomeOf(name, args);
      if (outcome.kind === 'error') return outcome.text;
      throw new Error(`no refusal: ${JSON.stringify(outcome)}`);
    },
    close: async () => {
      await operations.close();
      await simulator.close();
    },
  };
};
