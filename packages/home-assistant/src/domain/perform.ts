import { type Approval, ToolError, timePolicy, verifiedWrite } from '@switchyard-mcp/core';
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

type States = ReadonlyMap<string, EntityState | undefined>;

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

/** Without an answer, a state that is read now proves nothing: it may be done a moment later. */
const neverAnswered: readonly string[] = ['timeout', 'upstream_unavailable', 'cancelled'];

const expectationsOf = ({ service }: PlannedCall, before: States, data: PerformOptions['data']): ReadonlyMap<string, Expectation> =>
  new Map(
    [...before].flatMap(([id, state]) => {
      const expectation = state && state.state !== 'unavailable' ? expectationOf(service.service, state, data) : undefined;
      return expectation ? [[id, expectation] as const] : [];
    }),
  );

interface Watching {
  readonly planned: PlannedCall;
  readonly before: States;
  readonly expected: ReadonlyMap<string, Expectation>;
}

const sendAndWatch = (operations: HomeOperations, { planned, before, expected }: Watching, options: PerformOptions) => {
  const { service } = planned;
  const ids = [...before.keys()];
  const call = {
    domain: service.domain,
    service: service.service,
    data: options.data,
    entityIds: ids,
    returnResponse: service.response !== 'none',
  };
  // What was there once was reached, though it may be gone when all states are looked at.
  const open = new Map(expected);
  const note = (state: EntityState | undefined): void => {
    const expectation = state && open.get(state.entityId);
    if (state && expectation?.(state) === 'reached') open.delete(state.entityId);
  };
  const sent = { signal: options.signal, timeoutMs: options.callTimeoutMs, ...(options.approval ? { approval: options.approval } : {}) };
  return verifiedWrite<number, { readonly response?: unknown }>({
    send: () => operations.callService(call, sent),
    look: () => {
      for (const id of [...open.keys()]) note(operations.stateOf(id));
      return open.size;
    },
    reached: (left) => (left === 0 ? 'done' : 'no'),
    onChange: (listener) =>
      operations.onStateChange([...open.keys()], (state) => {
        note(state);
        if (open.size === 0) listener();
      }),
    everyMs: Number.POSITIVE_INFINITY,
    // A service that only answers changes nothing, so there is nothing to watch or to tell of states.
    waitMs: service.response === 'only' ? 0 : options.waitMs,
    waitAfterErrorMs: ({ fields }) => (neverAnswered.includes(fields.code) ? undefined : Math.min(options.waitMs, timePolicy.afterErrorMs)),
    signal: options.signal,
    clock: operations.clock,
  });
};

const targetsAfter = (operations: HomeOperations, { planned, before, expected }: Watching): readonly TargetOutcome[] =>
  [...before].map(([entityId, was]): TargetOutcome => {
    const now = operations.stateOf(entityId);
    // One of a whole room that does not answer is no failure of the wish; one that was named is.
    if (planned.placed?.has(entityId) && was?.state === 'unavailable' && now?.state === 'unavailable')
      return { entityId, before: was, after: now, ending: 'unavailable' };
    const [ending, note] = endingOf(was, now, expected.get(entityId));
    return { entityId, before: was, after: now, ending, ...(note ? { note } : {}) };
  });

/** An error of one target is the error of the call: what the others did shows in their states alone. */
const targetsAfterError = (operations: HomeOperations, { before, expected }: Watching, error: ToolError): readonly TargetOutcome[] => {
  const nothingDone = error.fields.sideEffects === 'none';
  const unknown = !nothingDone && neverAnswered.includes(error.fields.code);
  const note = failureNote(error);
  return [...before].map(([entityId, was]): TargetOutcome => {
    const now = operations.stateOf(entityId);
    if (unknown) return { entityId, before: was, after: undefined, ending: 'unknown', note };
    const [ending] = nothingDone ? (['failed'] as const) : endingOf(was, now, expected.get(entityId));
    if (ending === 'done' && expected.has(entityId)) return { entityId, before: was, after: now, ending };
    return { entityId, before: was, after: now, ending: 'failed', note };
  });
};

/** Sends one planned call and watches what becomes of its targets. An error of the call becomes a row, so that one group's failure does not hide another's success. */
export const perform = async (operations: HomeOperations, planned: PlannedCall, options: PerformOptions): Promise<CallResult> => {
  const before: States = new Map(planned.entities.map(({ entityId }) => [entityId, operations.stateOf(entityId)]));
  const watching = { planned, before, expected: expectationsOf(planned, before, options.data) };
  const { answer, error } = await sendAndWatch(operations, watching, options);
  if (error !== undefined) {
    const known = withNearFields(error, strangeFields(planned.service, options.data));
    if (before.size === 0) throw known;
    const refused = error.fields.sideEffects === 'none' || error.fields.code === 'cancelled';
    return { ...(refused ? { refused: known } : {}), targets: targetsAfterError(operations, watching, known) };
  }
  if (planned.service.response === 'only') return { targets: [], response: answer?.response };
  const targets = await withLate(operations, targetsAfter(operations, watching), options.signal);
  return { targets, ...(answer?.response === undefined ? {} : { response: answer.response }) };
};

const withNearFields = (error: ToolError, near: readonly string[]): ToolError =>
  error.fields.code === 'invalid_input' && near.length > 0 ? new ToolError({ ...error.fields, didYouMean: near }, { cause: error }) : error;
