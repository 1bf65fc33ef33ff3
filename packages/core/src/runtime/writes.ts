import { AsyncLocalStorage } from 'node:async_hooks';
import { isProvenUnchanged, isToolError, ToolError } from '../errors/tool-error.ts';

/** A call, or one write of it, with the writes within it that went out and were not refused. */
export interface WriteScope {
  readonly within: Set<WriteScope>;
}

/** Notes which writes of a call went out. */
export interface Writes {
  /**
   * Everything that may change something goes out through here, at the one place where a client sends. From then on no failure of the
   * same call can claim that nothing was changed, whatever it failed at. Taken back when the write itself fails with side effects
   * "none", or when its answer is one of those that `refused` recognises. Around several writes it forgets them all by an error that is
   * `provenUnchanged`.
   */
  track<T>(send: () => Promise<T>, refused?: (answer: T) => boolean): Promise<T>;
}

/** The side of the call path. */
export interface WriteTracker extends Writes {
  /** Runs a call so that every `track` below it is noted in its scope. */
  inScope<T>(scope: WriteScope, run: () => T): T;
}

const leftNothing = (error: unknown, { within }: WriteScope): boolean =>
  isToolError(error) && error.fields.sideEffects === 'none' && (isProvenUnchanged(error) || within.size === 0);

export const createWrites = (): WriteTracker => {
  const scopes = new AsyncLocalStorage<WriteScope>();
  return {
    inScope: (scope, run) => scopes.run(scope, run),
    track: async (send, refused = () => false) => {
      const outer = scopes.getStore();
      if (outer === undefined) return send();
      const mine: WriteScope = { within: new Set() };
      outer.within.add(mine);
      try {
        const answer = await scopes.run(mine, send);
        if (refused(answer)) outer.within.delete(mine);
        return answer;
      } catch (error) {
        if (leftNothing(error, mine)) outer.within.delete(mine);
        throw error;
      }
    },
  };
};

/** What a call may say of its failure: once a write went out, "none" is at best a guess. */
export const truthful = (error: unknown, { within }: WriteScope): unknown => {
  if (within.size === 0 || !isToolError(error)) return error;
  const { fields } = error;
  if (fields.sideEffects === 'unknown' || fields.sideEffects === 'done') return error;
  return new ToolError(
    {
      ...fields,
      next: ['Read the state of the targets before you repeat the call: a part of it was sent already.', ...(fields.next ?? [])],
      retryable: false,
      sideEffects: 'unknown',
    },
    { cause: error },
  );
};
