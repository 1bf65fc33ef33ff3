import { type Approval, isToolError, timePolicy } from '@switchyard-mcp/core';
import type { Body } from './body.ts';
import type { Step } from './organize-plan.ts';
import { type Pending, pendingKey } from './organize-settings.ts';
import type { RegistryOperations, RegistryRef, RegistryWritten } from './registry-operations.ts';

export type StepEnding = 'done' | 'unchanged' | 'failed' | 'unknown' | 'not_sent';

/** What became of a step, as read back. */
export interface StepOutcome {
  readonly step: Step;
  readonly ending: StepEnding;
  /** What it is called now. */
  readonly ref: RegistryRef;
  readonly after: Body;
  /** In the journal; what ha_undo takes. */
  readonly changeId?: string | undefined;
  readonly note?: string | undefined;
}

export interface ApplyOptions {
  readonly approval?: Approval | undefined;
  readonly group: string;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** Commands under way at once; Core answers them one after the other anyway. */
const width = 8;

const isPending = (value: unknown): value is Pending => typeof value === 'object' && value !== null && 'pending' in value;

/** Puts in the ids of what was created meanwhile; undefined when one of them could not be. */
const resolved = (value: unknown, ids: ReadonlyMap<string, string>): unknown => {
  if (isPending(value)) return ids.get(value.pending);
  if (Array.isArray(value)) return value.map((item) => resolved(item, ids));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item, ids)]));
};

const lacks = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.values(value).some(lacks));

const failed = (step: Step, error: unknown): StepOutcome => {
  if (!isToolError(error)) throw error;
  const { what, why, next, sideEffects } = error.fields;
  // Core's own reason says more than that it refused; our own words come with what to do instead.
  const refusedByCore = why !== undefined && /was refused by Home Assistant/.test(what);
  const words = refusedByCore ? why : [what, ...(next?.slice(0, 1) ?? [])].join('; ');
  return { step, ending: sideEffects === 'none' ? 'failed' : 'unknown', ref: step.ref, after: step.before, note: words };
};

const done = (step: Step, { entry, notes, change }: RegistryWritten): StepOutcome => ({
  step,
  ending: 'done',
  ref: entry ?? step.ref,
  after: entry?.fields ?? {},
  changeId: change.id,
  note: [...notes, step.note].filter(Boolean).join('; ') || undefined,
});

/** Sends the steps in their order, those next to each other together. Each has an outcome; none stops the others. */
export const applySteps = async (
  registries: RegistryOperations,
  steps: readonly Step[],
  { approval, group, signal, remainingMs }: ApplyOptions,
): Promise<readonly StepOutcome[]> => {
  const options = { approval, group, signal };
  const created = new Map<string, string>();

  const send = async (step: Step): Promise<RegistryWritten> => {
    const fields = resolved(step.fields, created) as Body;
    if (step.op === 'remove') return registries.remove(step.ref, options);
    if (step.op !== 'create') return registries.update(step.ref, fields, options);
    const { kind, id } = step.ref;
    const written = await registries.create(kind as 'area', fields, { ...options, scope: step.scope });
    if (written.entry) created.set(pendingKey(kind, id, step.scope), written.entry.key);
    return written;
  };

  const one = async (step: Step): Promise<StepOutcome> => {
    const { ref, before: after, op } = step;
    if (op === 'exists') return { step, ending: 'unchanged', ref, after, note: 'exists already' };
    if (op === 'update' && Object.keys(step.fields).length === 0) return { step, ending: 'unchanged', ref, after };
    if (lacks(resolved(step.fields, created))) return { step, ending: 'failed', ref, after, note: 'what it needs could not be created' };
    if (remainingMs() < timePolicy.anotherWriteMs)
      return { step, ending: 'not_sent', ref, after, note: 'not sent: the call took too long' };
    return send(step).then(
      (written) => done(step, written),
      (error: unknown) => failed(step, error),
    );
  };

  const outcomes: StepOutcome[] = [];
  for (let at = 0; at < steps.length; ) {
    const [first] = steps.slice(at, at + 1);
    const count = first?.op === 'update' ? steps.slice(at, at + width).findIndex(({ op }) => op !== 'update') : 1;
    const batch = steps.slice(at, at + (count === -1 ? width : count));
    outcomes.push(...(await Promise.all(batch.map(one))));
    at += batch.length;
  }
  return outcomes;
};
