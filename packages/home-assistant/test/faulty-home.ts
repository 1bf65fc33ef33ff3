import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { type Certificate, connectLegacy, leaksOf, makeCanary, type ToolResult } from '@switchyard-mcp/testkit';
import { expect, vi } from 'vitest';

export const bin = join(dirname(fileURLToPath(import.meta.url)), '../dist/bin.js');

/** Would be recognised in any form if it came out of the server somewhere. */
const canary = makeCanary('token', { odd: true });

export interface FaultyHomeOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly tls?: Certificate;
  /** Words before the command line of the server. */
  readonly through?: readonly string[];
}

type Data = Readonly<Record<string, unknown>>;

/** The built bin in front of a simulator that can fail. Every byte that comes out is searched for the token. */
export interface FaultyHome {
  readonly simulator: Awaited<ReturnType<typeof startHomeAssistantSimulator>>;
  readonly folder: string;
  call(name: string, args?: Record<string, unknown>): Promise<ToolResult>;
  /** The reply of a call that must succeed. */
  data(name: string, args?: Record<string, unknown>): Promise<Data>;
  /** Text and fields of a call that must fail. */
  failure(name: string, args?: Record<string, unknown>): Promise<{ readonly text: string; readonly error: Data }>;
  /** Repeats a read until it succeeds: a recovery takes a while. */
  recovered(name: string, args?: Record<string, unknown>): Promise<Data>;
  /** How many requests of this kind arrived since `mark`. */
  sent(what: string): number;
  mark(): void;
  /** Ends everything; fails when the log or the audit trail holds the token. */
  close(): Promise<void>;
}

export const startFaultyHome = async (options: FaultyHomeOptions = {}): Promise<FaultyHome> => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-faults-'));
  const simulator = await startHomeAssistantSimulator({ token: canary, ...(options.tls ? { tls: options.tls } : {}) });
  const log = openSync(join(folder, 'stderr.log'), 'a', 0o600);
  const [command = process.execPath, ...words] = [...(options.through ?? []), process.execPath, bin, ...(options.args ?? [])];
  const client = await connectLegacy({
    command,
    args: words,
    stderr: log,
    env: {
      HOMEASSISTANT_URL: simulator.url,
      HOMEASSISTANT_TOKEN: canary,
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
      SWITCHYARD_TEST_FOLDER: folder,
      ...options.env,
    },
  });
  let from = 0;

  const call: FaultyHome['call'] = async (name, args) => {
    const result = await client.call(name, args);
    expect(leaksOf(JSON.stringify(result), [canary])).toEqual([]);
    return result;
  };
  const dataOf = (result: ToolResult): Data => {
    if (result.isError) throw new Error(result.content[0]?.text);
    return result.structuredContent as Data;
  };
  return {
    simulator,
    folder,
    call,
    data: async (name, args) => dataOf(await call(name, args)),
    failure: async (name, args) => {
      const result = await call(name, args);
      expect(result.isError, JSON.stringify(result.structuredContent)).toBe(true);
      return { text: result.content[0]?.text ?? '', error: (result.structuredContent as { error: Data }).error };
    },
    recovered: (name, args) => vi.waitFor(async () => dataOf(await call(name, args)), { interval: 5 }),
    sent: (what) => simulator.requests.slice(from).filter((request) => request.what === what).length,
    mark: () => {
      from = simulator.requests.length;
    },
    close: async () => {
      await client.close();
      await simulator.close();
      closeSync(log);
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
      await rm(folder, { recursive: true, force: true });
      expect(leaksOf(texts.join('\n'), [canary])).toEqual([]);
    },
  };
};
