import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { wholeReply } from '@switchyard-mcp/testkit';
import { vi } from 'vitest';
import { type ToolsOptions, toolsInProcess } from './tools-in-process.ts';

type Args = Record<string, unknown>;

export interface RepliesOptions extends ToolsOptions {
  readonly simulator?: Parameters<typeof startHomeAssistantSimulator>[0];
}

/** The tools on the real client and a simulated home, whose clock moves only when it is set. */
export interface Replies {
  readonly simulator: HomeAssistantSimulator;
  /** A call through core's call path, whole. */
  reply(tool: string, args?: Args): Promise<string>;
  /** The same, and the person agrees: the preview, and what came of the second call. */
  agreed(tool: string, args: Args): Promise<readonly [preview: string, reply: string]>;
  /** What a reply holds, for arguments of the next call. */
  data(tool: string, args?: Args): Promise<Record<string, unknown>>;
  /** Sets the clock on. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** Wednesday 25 November 2026, 18:15 in Berlin, where the simulated home is. */
const startAt = Date.parse('2026-11-25T17:15:00Z');

/** Starts both. What happens in the home takes no time; only timers of the system itself run on. */
export const startReplies = async ({ simulator: seed, ...options }: RepliesOptions = {}): Promise<Replies> => {
  vi.useFakeTimers({ toFake: ['Date'], now: startAt });
  const simulator = await startHomeAssistantSimulator(seed);
  const { operations, call } = toolsInProcess(simulator, options);
  const data = async (tool: string, args: Args = {}): Promise<Record<string, unknown>> => {
    const outcome = await call(tool, args);
    if (outcome.kind === 'reply') return outcome.data;
    throw new Error(outcome.kind === 'error' ? outcome.text : 'asked');
  };
  return {
    simulator,
    data,
    reply: async (tool, args = {}) => wholeReply(tool, args, await call(tool, args)),
    agreed: async (tool, args) => {
      const asked = await call(tool, args);
      if (asked.kind !== 'reply' || !('confirm' in asked.data)) throw new Error(`nothing was asked: ${JSON.stringify(asked)}`);
      const again = { ...args, confirm: asked.data['confirm'] };
      return [wholeReply(tool, args, asked), wholeReply(tool, again, await call(tool, again))];
    },
    pass: (ms) => void vi.setSystemTime(Date.now() + ms),
    close: async () => {
      await operations.close();
      await simulator.close();
      vi.useRealTimers();
    },
  };
};
