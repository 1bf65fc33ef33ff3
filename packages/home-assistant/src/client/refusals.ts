import { backoffMs, type Clock, isToolError, type ToolError } from '@switchyard-mcp/core';

/** Keeps a refused token from being sent again and again, which could get this address banned; but not for good: refusals pass, as after a restore. */
export interface Refusals {
  /** The refusal that still holds, if one does. */
  readonly held: ToolError | undefined;
  /** Was the token refused since it was last accepted? */
  readonly any: boolean;
  note(error: unknown): void;
  accepted(): void;
}

const holdLimits = { firstMs: 5_000, longestMs: 600_000 };

/** True for a refused sign-in. */
export const isRefusedSignIn = (error: unknown): error is ToolError => isToolError(error) && error.fields.code === 'auth_failed';

export const createRefusals = (clock: Clock): Refusals => {
  let last: ToolError | undefined;
  let times = 0;
  let until = 0;
  return {
    get held() {
      return last !== undefined && clock.monotonic() < until ? last : undefined;
    },
    get any() {
      return last !== undefined;
    },
    note: (error) => {
      if (!isRefusedSignIn(error)) return;
      last = error;
      times += 1;
      until = clock.monotonic() + backoffMs(times, holdLimits);
    },
    accepted: () => {
      last = undefined;
      times = 0;
    },
  };
};
