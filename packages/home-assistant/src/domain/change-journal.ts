import type { Body } from './body.ts';

/** How an object was at a moment. */
export interface Snapshot {
  /** Address of the object at that moment (see object-ref.ts). */
  readonly id: string;
  /** Home Assistant's own key, which survives a rename. */
  readonly key: string;
  /** Absent: the object did not exist; or, when there is a hash, it could not be kept. */
  readonly body?: Body | undefined;
  /** Of the body, in full. */
  readonly hash?: string | undefined;
  /** What a person had set in the entity registry, for objects that are removed. */
  readonly registry?: Body | undefined;
}

export type ChangeState = 'open' | 'done' | 'failed' | 'unknown';

/** One change made through this server. */
export interface Change {
  /** "ch-118" */
  readonly id: string;
  readonly atMs: number;
  readonly act: 'create' | 'edit' | 'delete';
  readonly before: Snapshot;
  /** As read back; absent while open, failed or unknown. */
  readonly after?: Snapshot | undefined;
  readonly intended?: string | undefined;
  /** `open` after a crash in the middle: it may or may not have happened. */
  readonly state: ChangeState;
  /** Changes of one group are undone together, in reverse order. */
  readonly group?: string | undefined;
  /** The change that this one took back. */
  readonly undoes?: string | undefined;
  /** Set once another change took this one back. */
  readonly undoneBy?: string | undefined;
}

export interface ChangeDraft {
  readonly act: Change['act'];
  readonly before: Snapshot;
  /** Hash of what was meant to be: tells our own unfinished write from somebody else's. */
  readonly intended?: string | undefined;
  readonly group?: string | undefined;
  readonly undoes?: string | undefined;
}

/** A change that was begun; settle it exactly once. */
export interface OpenChange {
  readonly change: Change;
  settle(state: Exclude<ChangeState, 'open'>, after?: Snapshot): Promise<Change>;
}

/** Snapshots of everything changed through this server, on this machine only. */
export interface ChangeJournal {
  /**
   * Keeps how things were, before anything is sent.
   * @throws ToolError when it cannot be kept (full disk, no rights): then nothing may be sent.
   */
  begin(draft: ChangeDraft): Promise<OpenChange>;
  /** Newest first. */
  list(options?: { readonly sinceMs?: number | undefined }): Promise<readonly Change[]>;
  /** @throws ToolError not_found. */
  get(id: string): Promise<Change>;
}
