import { type Approval, type ToolContext, ToolError } from '@switchyard-mcp/core';
import type { HomeOperations } from '../../src/domain/operations.ts';
import { fakeContext } from './fake-home.ts';

/** A read that fails, as after a connection was lost. */
export const away = async (): Promise<never> => {
  throw new ToolError({ code: 'upstream_unavailable', what: 'Home Assistant does not answer', sideEffects: 'none' });
};

const agreeing = <T extends HomeOperations>(operations: T): ToolContext<T> => ({
  ...fakeContext(operations),
  confirm: async () => ({}) as Approval,
});

/** A call to whose question the person says yes. */
export const runAgreed = async (
  tool: { handler(args: never, context: never): Promise<unknown> },
  args: unknown,
  operations: HomeOperations,
): Promise<{ data: Record<string, unknown> }> =>
  (await tool.handler(args as never, agreeing(operations) as never)) as { data: Record<string, unknown> };
