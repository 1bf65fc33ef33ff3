import { AsyncLocalStorage } from 'node:async_hooks';
import { withoutNothing } from '../errors/render-error.ts';
import { isToolError, ToolError } from '../errors/tool-error.ts';

/** A call, or one write of it, with the writes within it that went out and were not refused. */
export interface WriteScope {
  readonly within: Set<WriteScope>;
}

const scopes = new AsyncLocalStorage<WriteScope>();
const proven = new WeakSet<ToolError>();

/** Runs a call so that every `trackWrite` below it is noted in its scope. */
export const inWriteScope = <T>(scope: WriteScope, act: () => T): T => scopes.run(scope, act);

/** The same error, for a write that was looked after since: its target was read back and is as before the write. */
export const provenUnchanged = (error: ToolError): ToolError => {
  const same = new ToolError({ ...error.fields, sideEffects: 'none' }, { cause: error });
  proven.add(same);
  return same;
};

const leftNothing = (error: unknown, { within }: WriteScope): boolean =>
  isToolError(error) && error.fields.sideEffects === 'none' && (proven.has(error) || within.size === 0);

/**
 * Everything that may change something goes out through here, at the one place where a client sends. From then on no failure of the
 * same call can claim that nothing was changed, whatever it failed at. Taken back when the write itself fails with side effects
 * "none", or when its answer is one of those that `refused` tells. Around several writes it forgets them all by an error that is
 * `provenUnchanged`.
 */
export const trackWrite = async <T>(act: () => Promise<T>, refused: (answer: T) => boolean = () => false): Promise<T> => {
  const outer = scopes.getStore();
  if (outer === undefined) return act();
  const mine: WriteScope = { within: new Set() };
  outer.within.add(mine);
  try {
    const answer = await scopes.run(mine, act);
    if (refused(answer)) outer.within.delete(mine);
    return answer;
  } catch (error) {
    if (leftNothing(error, mine)) outer.within.delete(mine);
    throw error;
  }
};

/** What a call may say of its failure: once a write went out, "none" is at best a guess. */
export const truthful = (error: unknown, { within }: WriteScope): unknown => {
  if (within.size === 0 || !isToolError(error)) return error;
  const { fields } = error;
  if (fields.sideEffects === 'unknown' || fields.sideEffects === 'done') return error;
  return new ToolError(
    {
      ...fields,
      what: withoutNothing(fields.what),
      next: ['read the state of the targets before you repeat the call: a part of it was sent already.', ...(fields.next ?? [])],
      retryable: false,
      sideEffects: 'unknown',
    },
    { cause: error },
  );
};
