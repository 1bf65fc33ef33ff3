import { isToolError } from '@switchyard-mcp/core';
import type {
  ConfigCheck,
  HealthFact,
  IntegrationEntry,
  LogRecord,
  PendingSignIn,
  RecorderState,
  RepairIssue,
  RunSummary,
} from '../insight-operations.ts';
import type { Home, Service } from '../model.ts';
import type { ObjectBody } from '../object-operations.ts';
import type { HomeOperations } from '../operations.ts';
import type { Section } from './fault.ts';

/** All that a diagnosis looks at. What could not be read is undefined, and said in `unchecked`. */
export interface HomeFacts {
  readonly nowMs: number;
  readonly home: Home;
  readonly services: readonly Service[];
  readonly bodies?: readonly ObjectBody[] | undefined;
  readonly runs?: readonly RunSummary[] | undefined;
  readonly logs?: readonly LogRecord[] | undefined;
  readonly repairs?: readonly RepairIssue[] | undefined;
  readonly integrations?: readonly IntegrationEntry[] | undefined;
  readonly signIns?: readonly PendingSignIn[] | undefined;
  readonly config?: ConfigCheck | undefined;
  readonly recorder?: RecorderState | undefined;
  readonly health?: readonly HealthFact[] | undefined;
  readonly unchecked: readonly Unchecked[];
}

export interface Unchecked {
  readonly sections: readonly Section[];
  readonly why: string;
}

/** These end the whole call: nothing can be said of a home that does not answer. */
const fatal: ReadonlySet<string> = new Set(['upstream_unavailable', 'auth_failed', 'auth_required', 'cancelled', 'internal']);

/** What each part of the facts is for: sections that cannot be told without it, and those that it only makes clearer. */
const uses = {
  bodies: { needed: ['references', 'types'], helpful: ['orphans'] },
  runs: { needed: ['automations'], helpful: [] },
  logs: { needed: ['logs'], helpful: ['automations'] },
  repairs: { needed: ['repairs'], helpful: [] },
  integrations: { needed: ['integrations', 'orphans'], helpful: ['devices', 'unavailable'] },
  signIns: { needed: ['integrations'], helpful: [] },
  config: { needed: ['config'], helpful: [] },
  recorder: { needed: ['database'], helpful: [] },
  health: { needed: ['config', 'database'], helpful: [] },
} as const satisfies Readonly<Record<string, { readonly needed: readonly Section[]; readonly helpful: readonly Section[] }>>;

/** Reads everything at once, or what one section takes; what is refused or takes too long is left out and said. */
export const readHomeFacts = async (operations: HomeOperations, section: Section | undefined, signal: AbortSignal): Promise<HomeFacts> => {
  const unchecked: Unchecked[] = [];
  const part = async <T>(name: keyof typeof uses, read: () => Promise<T>): Promise<T | undefined> => {
    const { needed, helpful } = uses[name];
    const wanted: readonly Section[] = [...needed, ...helpful];
    if (section !== undefined && !wanted.includes(section)) return undefined;
    try {
      return await read();
    } catch (error) {
      if (!isToolError(error) || fatal.has(error.fields.code)) throw error;
      const { code, what, why } = error.fields;
      unchecked.push({ sections: needed, why: code === 'permission_denied' ? "needs an administrator's token" : (why ?? what) });
      return undefined;
    }
  };
  const { insight } = operations;
  // One connection first, then everything over it.
  const home = await operations.home(signal);
  const [services, bodies, automationRuns, scriptRuns, logs, repairs, integrations, signIns, config, recorder, health] = await Promise.all([
    operations.services(signal),
    part('bodies', () => operations.objects.bodies(signal, ['automation', 'script', 'scene', 'dashboard'])),
    part('runs', () => insight.runs('automation', undefined, signal)),
    part('runs', () => insight.runs('script', undefined, signal)),
    part('logs', () => insight.logs(signal)),
    part('repairs', () => insight.repairs(signal)),
    part('integrations', () => insight.integrations(signal)),
    part('signIns', () => insight.pendingSignIns(signal)),
    part('config', () => insight.checkConfig(signal)),
    part('recorder', () => insight.recorder(signal)),
    part('health', () => insight.health(signal)),
  ]);
  const runs = automationRuns === undefined && scriptRuns === undefined ? undefined : [...(automationRuns ?? []), ...(scriptRuns ?? [])];
  return {
    nowMs: operations.clock.now(),
    home,
    services,
    bodies,
    runs,
    logs,
    repairs,
    integrations,
    signIns,
    config,
    recorder,
    health,
    unchecked,
  };
};
