import type { Approval, Clock } from '@switchyard-mcp/core';
import type { Act } from './acts.ts';
import type { Camera, Coverage, House, HouseEvent } from './model.ts';

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** What brought a partition into its state. */
export interface Deed {
  readonly since?: number;
  readonly by?: string;
}

export interface EventList {
  /** Oldest first, each once. */
  readonly events: readonly HouseEvent[];
  readonly coverage: Coverage;
}

export interface Picture {
  readonly bytes: Uint8Array;
  /** When the camera took it. */
  readonly takenAt: number;
  /** Why it is not newer, when a new one was asked for. */
  readonly note?: string;
}

/**
 * All that tools may ask of a home. Every method obeys the level, the lists of systems and devices and the rules for security acts
 * below the tools; every failure is a ToolError. Implemented by client/, faked in tool tests.
 */
export interface VivintOperations {
  /** What every wait, age and moment goes by. */
  readonly clock: Clock;
  /**
   * The picture of all visible systems; connects on first use. Without `maxAgeMs` it is what the stream keeps up to date.
   * When the cloud fails it is the last known one, marked stale; without one the failure is thrown.
   */
  house(signal: AbortSignal, options?: { readonly maxAgeMs?: number }): Promise<House>;
  /** What happened, from every source there is. */
  events(span: Span, signal: AbortSignal): Promise<EventList>;
  /** Since when a partition has its state and who brought it there; what nobody knows is absent. */
  lastArming(systemId: string, partitionId: number, signal: AbortSignal): Promise<Deed>;
  /** The camera's picture; asks for a new one when the last is older than `maxAgeMs`. Refused while privacy is on. */
  picture(camera: Camera, options: { readonly maxAgeMs: number; readonly waitMs: number; readonly signal: AbortSignal }): Promise<Picture>;
  /** Would these acts be let through if a person agreed? Asked before the person is. @throws ToolError what `perform` would throw */
  check(acts: readonly Act[], signal: AbortSignal): Promise<void>;
  /**
   * Sends an act once; never retried. Accepted says nothing about the result: read back. Throws with sideEffects "unknown" when no
   * answer came.
   */
  perform(act: Act, options: { readonly approval?: Approval | undefined; readonly signal: AbortSignal }): Promise<void>;
  /** Calls back after every change of the picture, until the returned function is called. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}
