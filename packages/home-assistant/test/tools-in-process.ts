import { ConfirmationKeeper, createToolCaller, IdempotencyStore, Redactor, type SettingsOf } from '@switchyard-mcp/core';
import { createHomeOperations } from '../src/client/home-operations.ts';
import { type HomeAssistantSettings, homeAssistantLevels } from '../src/config.ts';
import type { HomeOperations } from '../src/domain/operations.ts';
import { homeAssistantTools } from '../src/tools/index.ts';

export interface ToolsOptions {
  readonly level?: string | undefined;
  /** How long a call may last. */
  readonly deadlineMs?: number | undefined;
  readonly settings?: Partial<SettingsOf<HomeAssistantSettings>> | undefined;
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

/** The tools on the real client, without a process between them, for a client that cannot ask a person. */
export const toolsInProcess = (
  home: { readonly url: string; readonly token: string },
  { level = 'admin', deadlineMs, settings = {} }: ToolsOptions = {},
) => {
  const redactor = new Redactor();
  const lines: unknown[] = [];
  const progress: (readonly unknown[])[] = [];
  const log = (message: string): void => void lines.push(redactor.redact(message));
  const operations: HomeOperations = createHomeOperations(
    { ...unset, url: home.url, token: home.token, ...settings },
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
  return {
    operations,
    progress,
    /** Everything written into the audit trail and the log. */
    written: (): string => JSON.stringify(lines),
    call: (name: string, args: Record<string, unknown>) =>
      caller.call(name, args, {
        signal: new AbortController().signal,
        canAsk: false,
        progress: (...step: unknown[]) => void progress.push(step),
      }),
  };
};
