import type { HomeOperations } from '../../src/domain/operations.ts';
import { toolsInProcess } from '../tools-in-process.ts';
import type { Bench } from './bench.ts';

/** Tools and operations in this process, for tests that make thousands of calls or look behind the tools. */
export interface InProcess {
  readonly bench: Bench;
  readonly operations: HomeOperations;
  close(): Promise<void>;
}

/** Starts the tools on a home; nothing is spawned. */
export const startInProcess = async (
  home: { readonly url: string; readonly token: string; readonly stateFolder?: string },
  settings: Record<string, unknown> = {},
  level = 'admin',
): Promise<InProcess> => {
  const { operations, call } = toolsInProcess(home, { settings, level, stateFolder: home.stateFolder });
  const callTool: Bench['callTool'] = async (name, args) => {
    const outcome = await call(name, args);
    if (outcome.kind === 'error')
      return { isError: true, content: [{ type: 'text', text: outcome.text }], structuredContent: outcome.structured };
    if (outcome.kind === 'reply')
      return { content: [{ type: 'text', text: JSON.stringify(outcome.data) }], structuredContent: outcome.data };
    throw new Error('a question was asked of a client that cannot ask');
  };
  return { bench: { url: home.url, token: home.token, callTool }, operations, close: () => operations.close() };
};
