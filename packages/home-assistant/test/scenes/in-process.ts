import { ConfirmationKeeper, createToolCaller, IdempotencyStore, redactor } from '@switchyard-mcp/core';
import type { HomeOperations } from '../../src/domain/operations.ts';
import { homeAssistantServer } from '../../src/server.ts';
import type { Bench } from './bench.ts';

/** Tools and operations in this process, for tests that make thousands of calls or look behind the tools. */
export interface InProcess {
  readonly bench: Bench;
  readonly operations: HomeOperations;
  close(): Promise<void>;
}

/** Starts the tools on a home; nothing is spawned. */
export const startInProcess = async (
  home: { readonly url: string; readonly token: string },
  settings: Record<string, unknown> = {},
  level = 'admin',
): Promise<InProcess> => {
  const none = { caFile: undefined, insecureTls: undefined, allow: undefined, deny: undefined, security: 'ask' as const, raw: undefined };
  const given = { ...none, url: home.url, token: home.token, ...settings };
  const operations = homeAssistantServer.connect(given, {
    level,
    log: () => undefined,
    keepSecret: (value) => redactor.keep(value),
    command: 'home',
  });
  const caller = createToolCaller({
    tools: homeAssistantServer.tools,
    levels: homeAssistantServer.levels,
    level,
    operations: () => operations,
    redactor,
    keeper: new ConfirmationKeeper(),
    idempotency: new IdempotencyStore(),
    principal: 'test',
    log: (line) => process.stderr.write(`${line}\n`),
    validateOutput: true,
  });
  const callTool: Bench['callTool'] = async (name, args) => {
    const outcome = await caller.call(name, args, { signal: new AbortController().signal, canAsk: false });
    if (outcome.kind === 'error')
      return { isError: true, content: [{ type: 'text', text: outcome.text }], structuredContent: outcome.structured };
    if (outcome.kind === 'reply')
      return { content: [{ type: 'text', text: JSON.stringify(outcome.data) }], structuredContent: outcome.data };
    throw new Error('a question was asked of a client that cannot ask');
  };
  return { bench: { url: home.url, token: home.token, callTool }, operations, close: () => operations.close() };
};
