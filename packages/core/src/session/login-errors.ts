import { isToolError, refuse, ToolError } from '../errors/tool-error.ts';

/** What the errors of a session name. */
export interface LoginNames {
  /** "Vivint". */
  readonly system: string;
  /** The command line that logs in: "npx … login --profile work". */
  readonly loginCommand: string;
}

export const loginNeeded = ({ system, loginCommand }: LoginNames, why: string): ToolError =>
  refuse('auth_required', `This server is not logged in to ${system}.`, {
    why,
    next: [`Run \`${loginCommand}\` in a terminal; it asks for the password and for a code if ${system} wants one.`],
  });

const minuteMs = 60_000;

export const loginHeldOff = ({ loginCommand }: LoginNames, why: string, leftMs: number): ToolError =>
  refuse('auth_required', `Automatic re-login failed; no other is tried for ${Math.ceil(leftMs / minuteMs)} min.`, {
    why,
    next: [`Run \`${loginCommand}\` in a terminal.`],
  });

/** Whoever asks for a token has sent nothing of its own yet, so nothing can have happened to the system. */
export const withoutSideEffects = (error: unknown): unknown =>
  isToolError(error) && error.fields.sideEffects === 'unknown'
    ? new ToolError({ ...error.fields, sideEffects: 'none' }, { cause: error })
    : error;
