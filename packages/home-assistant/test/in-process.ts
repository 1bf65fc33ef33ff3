import type { HostRuntime } from '@switchyard-mcp/core';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import type { HomeOperations } from '../src/domain/operations.ts';
import { type ToolsOptions, toolsInProcess } from './tools-in-process.ts';

type Data = Record<string, unknown>;

export interface InProcessOptions extends ToolsOptions {
  readonly simulator?: Parameters<typeof startHomeAssistantSimulator>[0];
}

/** The tools on the real client and a simulator, without a process between them. */
export interface InProcess {
  readonly simulator: HomeAssistantSimulator;
  readonly operations: HomeOperations;
  readonly runtime: HostRuntime;
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

/** Starts both. */
export const startInProcess = async ({ simulator: seed, ...options }: InProcessOptions = {}): Promise<InProcess> => {
  const simulator = await startHomeAssistantSimulator(seed);
  const { operations, runtime, progress, written, call: outcomeOf } = toolsInProcess(simulator, options);
  const call = async (name: string, args: Data): Promise<Data> => {
    const outcome = await outcomeOf(name, args);
    if (outcome.kind === 'reply') return outcome.data;
    throw new Error(outcome.kind === 'error' ? outcome.text : 'asked');
  };
  return {
    simulator,
    operations,
    runtime,
    progress,
    written,
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
