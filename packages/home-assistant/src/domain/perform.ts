import { type Approval, isToolError, ToolError } from '@switchyard-mcp/core';
import { type PlannedCall, strangeFields } from './actions.ts';
import { type Expectation, expectationOf } from './expected-state.ts';
import type { EntityState } from './model.ts';
import type { HomeOperations } from './operations.ts';

/** What became of one target. `unverified`: accepted, and no state tells. `unavailable`: was so before, and nobody named it. */
export type Ending = 'done' | 'unchanged' | 'pending' | 'failed' | 'unknown' | 'unverified' | 'unavailable';

export interface TargetOutcome {
  readonly entityId: string;
  readonly before: EntityState | undefined;
  readonly after: EntityState | undefined;
  readonly ending: Ending;
  readonly note?: string;
}

export interface PerformOptions {
  readonly data: Readonly<Record<string, unknown>>;
  readonly approval?: Approval | undefined;
  readonly signal: AbortSignal;
  /** How long to wait for the states to come. */
  readonly waitMs: number;
  readonly callTimeoutMs: number;
}

export interface CallResult {
  readonly targets: readonly TargetOutcome[];
  readonly response?: unknown;
  /** The call was refused and nothing of it was done. */
  readonly refused?: ToolError;
}

/** Resolves when every expectation is reached, the time is over, or the call was cancelled. */
const untilReached = (
  operations: HomeOperations,
  expected: ReadonlyMap<string, Expectation>,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<void> =>
  new Promise((resolve) => {
    const open = new Set([...expected].filter(([id, expectation]) => !reached(operations.stateOf(id), expectation)).map(([id]) => id));
    if (open.size === 0 || signal.aborted) return resolve();
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, waitMs);
    const stop = operations.onStateChange([...open], (state) => {
      const expectation = expected.get(state.entityId);
      if (expectation && reached(state, expectation)) open.delete(state.entityId);
      if (open.size === 0) finish();
    });
    signal.addEventListener('abort', finish, { once: true });
  });

const reached = (state: EntityState | undefined, expectation: Expectation): boolean =>
  state !== undefined && expectation(state) === 'reached';

const endingOf = (
  before: EntityState | undefined,
  after: EntityState | undefined,
  expectation: Expectation | undefined,
): readonly [Ending, string?] => {
  if (after?.state === 'unavailable') return ['failed', 'unavailable: it does not answer; it may be without power'];
  if (!after) return ['failed', 'it has no state'];
  const changed = before?.state !== after.state || JSON.stringify(before?.attributes) !== JSON.stringify(after.attributes);
  if (!expectation) return changed ? ['done'] : ['unverified', 'accepted; no state tells what came of it'];
  if (after.attributes['assumed_state'] === true && expectation(after) === 'reached')
    return ['unverified', 'assumed: the device does not report back'];
  switch (expectation(after)) {
    case 'reached':
      return before !== undefined && expectation(before) === 'reached' && !changed ? ['unchanged'] : ['done'];
    case 'moving':
      return ['pending', 'on its way'];
    case 'not yet':
      // Covers that report no "opening" show only another position while they move.
      if (changed && /^(cover|valve)\./.test(after.entityId)) return ['pending', 'moved, not yet as asked'];
      return ['failed', changed ? 'changed, but not to what was asked' : stillSame];
  }
};

/** How long to look after a call that ended with an error. */
const afterErrorMs = 1_500;

const stillSame = 'accepted, but its state did not change';

/** A device that is only asked now and then shows its new state later than anybody waits: that is not a failure. */
const withLate = async (
  operations: HomeOperations,
  targets: readonly TargetOutcome[],
  signal: AbortSignal,
): Promise<readonly TargetOutcome[]> => {
  const same = targets.filter(({ note }) => note === stillSame).map(({ entityId }) => entityId);
  if (same.length === 0 || signal.aborted) return targets;
  const late = await operations.polled(same, signal).catch(() => new Set<string>());
  return targets.map((target) =>
    target.note === stillSame && late.has(target.entityId)
      ? { ...target, ending: 'pending', note: 'not confirmed yet: this device is asked only now and then' }
      : target,
  );
};

const failureNote = (error: ToolError): string => [error.fields.what, error.fields.why].filter(Boolean).join(' ').slice(0, 200);

/** Sends one planned call and watches what becomes of its targets. An error of the call becomes a row, so that one group's failure does not hide another's success. */
export const perform = async (operations: HomeOperations, planned: PlannedCall, options: PerformOptions): Promise<CallResult> => {
  const { service, entities } = planned;
  const ids = entities.map((entity) => entity.entityId);
  const before = new Map(ids.map((id) => [id, operations.stateOf(id)]));
  const expected = new Map<string, Expectation>();
  for (const id of ids) {
    const state = before.get(id);
    const expectation = state && state.state !== 'unavailable' ? expectationOf(service.service, state, options.data) : undefined;
    if (expectation) expected.set(id, expectation);
  }
  const call = {
    domain: service.domain,
    service: service.service,
    data: options.data,
    entityIds: ids,
    returnResponse: service.response !== 'none',
  };
  try {
    const sent = { signal: options.signal, timeoutMs: options.callTimeoutMs, ...(options.approval ? { approval: options.approval } : {}) };
    const { response } = await operations.callService(call, sent);
    // A service that only answers changes nothing, so there is nothing to watch or to tell of states.
    if (service.response === 'only') return { targets: [], response };
    await untilReached(operations, expected, options);
    const targets = ids.map((entityId): TargetOutcome => {
      const [was, now] = [before.get(entityId), operations.stateOf(entityId)];
      // One of a whole room that does not answer is no failure of the wish; one that was named is.
      if (planned.placed?.has(entityId) && was?.state === 'unavailable' && now?.state === 'unavailable')
        return { entityId, before: was, after: now, ending: 'unavailable' };
      const [ending, note] = endingOf(was, now, expected.get(entityId));
      return { entityId, before: was, after: now, ending, ...(note ? { note } : {}) };
    });
    return { targets: await withLate(operations, targets, options.signal), ...(response === undefined ? {} : { response }) };
  } catch (error) {
    if (!isToolError(error)) throw error;
    const known = withNearFields(error, strangeFields(service, options.data));
    if (ids.length === 0) throw known;
    const nothingDone = error.fields.sideEffects === 'none';
    const unknown = !nothingDone && ['timeout', 'upstream_unavailable', 'cancelled'].includes(error.fields.code);
    // An error of one target is the error of the call: what the others did shows in their states alone.
    if (!nothingDone && !unknown)
      await untilReached(operations, expected, { waitMs: Math.min(options.waitMs, afterErrorMs), signal: options.signal });
    return {
      ...(nothingDone || error.fields.code === 'cancelled' ? { refused: known } : {}),
      targets: ids.map((entityId): TargetOutcome => {
        const [was, now] = [before.get(entityId), operations.stateOf(entityId)];
        if (unknown) return { entityId, before: was, after: undefined, ending: 'unknown', note: failureNote(known) };
        const [ending] = nothingDone ? (['failed'] as const) : endingOf(was, now, expected.get(entityId));
        if (ending === 'done' && expected.has(entityId)) return { entityId, before: was, after: now, ending };
        return { entityId, before: was, after: now, ending: 'failed', note: failureNote(known) };
      }),
    };
  }
};

const withNearFields = (error: ToolError, near: readonly string[]): ToolError =>
  error.fields.code === 'invalid_input' && near.length > 0 ? new ToolError({ ...error.fields, didYouMean: near }, { cause: error }) : error;
