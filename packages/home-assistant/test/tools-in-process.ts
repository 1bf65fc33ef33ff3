import { createRuntime, createToolCaller, type RuntimeStorage, type SettingsOf } from '@switchyard-mcp/core';
import { createHomeOperations } from '../src/client/home-operations.ts';
import { type HomeAssistantSettings, homeAssistantLevels } from '../src/config.ts';
import type { HomeOperations } from '../src/domain/operations.ts';
import { homeAssistantTools } from '../src/tools/index.ts';

export interface ToolsOptions {
  readonly level?: string | undefined;
  /** How long a call may last. */
  readonly deadlineMs?: number | undefined;
  /** Where changes are kept; in memory when absent. */
  readonly stateFolder?: string | undefined;
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

/** A storage without credentials. */
export const storageIn = (stateFolder: string | undefined): RuntimeStorage | undefined =>
  stateFolder === undefined
    ? undefined
    : { profile: 'test', stateFolder, credentials: () => Promise.reject(new Error('there are no credentials here')) };

/** The tools on the real client, without a process between them, for a client that cannot ask a person. */
export const toolsInProcess = (
  home: { readonly url: string; readonly token: string },
  { level = 'admin', deadlineMs, stateFolder, settings = {} }: ToolsOptions = {},
) => {
  const lines: unknown[] = [];
  const progress: (readonly unknown[])[] = [];
  const runtime = createRuntime({
    level,
    command: 'home',
    storage: storageIn(stateFolder),
    writeLog: ({ message }) => void lines.push(message),
  });
  const operations: HomeOperations = createHomeOperations({ ...unset, url: home.url, token: home.token, ...settings }, runtime);
  const caller = createToolCaller({
    tools: homeAssistantTools,
    levels: homeAssistantLevels,
    level,
    switchedOn: settings.raw === true ? ['raw'] : [],
    operations: () => operations,
    audit: { file: 'memory', append: (entry) => void lines.push(entry), close: () => undefined },
    principal: 'test',
    deadlineMs,
    runtime,
    validateOutput: true,
  });
  return {
    operations,
    runtime,
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
