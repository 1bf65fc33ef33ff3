import { type Clock, createRuntime, createToolCaller } from '@switchyard-mcp/core';
import type { VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { wholeReply } from '@switchyard-mcp/testkit';
import { vivintLevels } from '../src/config.ts';
import { vivintTools } from '../src/tools/index.ts';
import { fakeNow } from './doubles/fake-vivint.ts';
import { approvals, type CloudOptions, testCloud, writes } from './doubles/test-cloud.ts';

type Args = Record<string, unknown>;

/** No call looks on for longer; what waits longer waits in the background, and nothing is to happen on its own. */
const longestLookMs = 60_000;

const untilAborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) resolve();
    else signal?.addEventListener('abort', () => resolve(), { once: true });
  });

/** A wait sets the simulated clock on. */
const clockOf = ({ clock }: VivintSimulator): Clock => ({
  now: () => clock.now(),
  monotonic: () => clock.now(),
  after: (ms, run) => (ms > longestLookMs ? () => undefined : clock.after(ms, run)),
  wait: (ms, signal) => (ms > longestLookMs ? untilAborted(signal) : clock.advance(ms)),
});

/** The tools on the real client and a simulated cloud whose time moves only while somebody waits. */
export interface Replies {
  readonly simulator: VivintSimulator;
  /** A call through core's call path, whole. */
  reply(tool: string, args?: Args): Promise<string>;
  /** The same, and the person agrees: the preview, and what came of the second call. */
  agreed(tool: string, args: Args): Promise<readonly [preview: string, reply: string]>;
  close(): Promise<void>;
}

/** Wednesday 25 November 2026, 10:15 in Denver. */
export const startReplies = async ({ simulator: options, ...rest }: CloudOptions = {}): Promise<Replies> => {
  const cloud = await testCloud({
    ...rest,
    simulator: { clock: { startAt: fakeNow, flowing: false }, ...options },
    settings: { live: 'off', tokenStore: 'memory', ...rest.settings },
    clock: clockOf,
  });
  const { simulator, operations } = cloud;
  const level = rest.level ?? 'sensitive';
  const caller = createToolCaller({
    tools: vivintTools,
    levels: vivintLevels,
    level,
    operations: () => operations,
    principal: 'test',
    runtime: { ...createRuntime({ level }), approvals, writes },
    validateOutput: true,
  });
  const call = (tool: string, args: Args) => caller.call(tool, args, { signal: new AbortController().signal, canAsk: false });
  return {
    simulator,
    reply: async (tool, args = {}) => wholeReply(tool, args, await call(tool, args)),
    agreed: async (tool, args) => {
      const asked = await call(tool, args);
      if (asked.kind !== 'reply') throw new Error(`nothing was asked: ${JSON.stringify(asked)}`);
      const again = { ...args, confirm: asked.data['confirm'] };
      return [wholeReply(tool, args, asked), wholeReply(tool, again, await call(tool, again))];
    },
    close: cloud.close,
  };
};
