import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, createRuntime, type HostRuntime, type RuntimeStorage, type SettingsOf } from '@switchyard-mcp/core';
import { createFileStore, fileKey } from '@switchyard-mcp/core/credentials';
import { type Mfa, type SimulatorOptions, startVivintSimulator, type VivintSimulator } from '@switchyard-mcp/simulator-vivint';
import { createVivintOperations } from '../../src/client/vivint-operations.ts';
import type { VivintSettings } from '../../src/config.ts';
import type { VivintOperations } from '../../src/domain/operations.ts';

/** A folder for what a server keeps, removed at the end. */
export const tempStorage = async (): Promise<RuntimeStorage & { readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-vivint-'));
  await writeFile(join(folder, 'key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
  const key = fileKey(join(folder, 'key'));
  return {
    profile: 'default',
    stateFolder: join(folder, 'vivint'),
    credentials: async () =>
      createFileStore({
        path: join(folder, 'vivint', 'default.cred'),
        serverName: 'vivint',
        profile: 'default',
        secrets: createRuntime().secrets,
        key,
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
};

export interface CloudOptions {
  readonly seed?: SimulatorOptions['seed'];
  readonly simulator?: SimulatorOptions;
  readonly account?: Mfa;
  readonly level?: string;
  readonly storage?: RuntimeStorage;
  readonly settings?: Partial<SettingsOf<VivintSettings>>;
  readonly clock?: (simulator: VivintSimulator) => Clock;
}

export const settingsFor = (simulator: VivintSimulator, account: Mfa = 'none'): SettingsOf<VivintSettings> => {
  const { username, password } = simulator.account(account);
  return {
    username,
    password,
    refreshTokenFile: undefined,
    systems: undefined,
    allow: undefined,
    deny: undefined,
    security: 'ask',
    live: 'on',
    tokenStore: 'store',
    loginUrl: simulator.urls.login,
    apiUrl: simulator.urls.api,
    streamUrl: simulator.urls.stream,
    caFile: undefined,
    imageHosts: undefined,
  };
};

export interface TestCloud {
  readonly simulator: VivintSimulator;
  readonly operations: VivintOperations;
  readonly log: readonly string[];
  /** Another server on the same cloud. */
  another(more?: CloudOptions): VivintOperations;
  close(): Promise<void>;
}

/** Shared by all clouds of a test file: what a person agreed to, and which writes went out. */
export const { approvals, writes } = createRuntime();

/** A simulated cloud and the operations on it, as a server would make them. */
export const testCloud = async (options: CloudOptions = {}): Promise<TestCloud> => {
  const simulator = await startVivintSimulator({ ...(options.seed ? { seed: options.seed } : {}), ...options.simulator });
  const log: string[] = [];
  const made: VivintOperations[] = [];
  const another = (more: CloudOptions = {}): VivintOperations => {
    const all = { ...options, ...more };
    const runtime: HostRuntime = {
      ...createRuntime({
        level: all.level ?? 'sensitive',
        command: 'npx -y @switchyard-mcp/vivint',
        storage: all.storage,
        clock: all.clock?.(simulator),
        writeLog: ({ message }) => void log.push(message),
      }),
      approvals,
      writes,
    };
    const operations = createVivintOperations({ ...settingsFor(simulator, all.account), ...all.settings }, runtime);
    made.push(operations);
    return operations;
  };
  return {
    simulator,
    operations: another(),
    log,
    another,
    close: async () => {
      await Promise.all(made.map((operations) => operations.close()));
      await simulator.close();
    },
  };
};
