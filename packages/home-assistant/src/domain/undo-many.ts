import { type Approval, isToolError, type ToolError, timePolicy } from '@switchyard-mcp/core';
import type { Difference } from './body-diff.ts';
import type { Change } from './change-journal.ts';
import type { HomeOperations } from './operations.ts';
import { planUndo, type UndoPlan, undoChange } from './undo-change.ts';

/** What became of taking one change back. */
export interface Undone {
  readonly change: Change;
  readonly result: 'restored' | 'removed' | 'nothing to do' | 'not undone' | 'unknown';
  /** Where the object is now. */
  readonly id: string;
  /** The change that this undoing is itself. */
  readonly undo?: string | undefined;
  readonly note: string;
}

export interface UndoContext {
  readonly operations: HomeOperations;
  readonly signal: AbortSignal;
  readonly approval?: Approval | undefined;
  remainingMs(): number;
  /** Differences in words. */
  readonly lines: (found: readonly Difference[]) => readonly string[];
}

/** Where the object of a change was last seen. */
export const objectOf = (change: Change): string => change.after?.id ?? change.before.id;

const failed = (change: Change, error: ToolError): Undone => ({
  change,
  result: error.fields.sideEffects === 'unknown' ? 'unknown' : 'not undone',
  id: objectOf(change),
  note: [error.fields.what, error.fields.why].filter(Boolean).join(' '),
});

const undoOne = async (change: Change, { operations, signal, approval, lines }: UndoContext): Promise<Undone> => {
  const plan = await planUndo(change, operations, { signal, lines });
  const done = await undoChange(plan, operations, { approval, signal });
  if (!done) return { change, result: 'nothing to do', id: objectOf(change), note: plan.why ?? '' };
  const id = done.change.after?.id ?? objectOf(change);
  return { change, result: plan.act === 'remove' ? 'removed' : 'restored', id, undo: done.change.id, note: done.notes.join('; ') };
};

/**
 * What will be done, as far as it can be seen before anything is: for each object only its newest change is as it is now,
 * and its oldest body is what it ends as.
 * @throws ToolError for a single change that cannot be undone.
 */
export const previewUndo = async (
  changes: readonly Change[],
  { operations, signal, lines }: Pick<UndoContext, 'operations' | 'signal' | 'lines'>,
): Promise<readonly UndoPlan[]> => {
  const [only] = changes;
  if (only && changes.length === 1) return [await planUndo(only, operations, { signal, lines })];
  const plans = new Map<string, UndoPlan>();
  for (const change of changes) {
    // How it is now decides which acts come back: what it did all along needs nobody's agreement.
    const after = plans.get(objectOf(change))?.change.after ?? change.after;
    plans.set(objectOf(change), { change: { ...change, after }, act: change.act === 'create' ? 'remove' : 'restore' });
  }
  return [...plans.values()];
};

/**
 * Takes changes back, newest first. One that meets an obstacle stops the older ones of its object, and no others.
 * @returns what came of each that was tried, and how many were not begun for want of time.
 * @throws ToolError when the only one fails.
 */
export const undoMany = async (changes: readonly Change[], context: UndoContext): Promise<{ results: readonly Undone[]; left: number }> => {
  const results: Undone[] = [];
  const blocked = new Set<string>();
  for (const [index, change] of changes.entries()) {
    if (blocked.has(objectOf(change))) continue;
    if (changes.length > 1 && context.remainingMs() < timePolicy.anotherLongWriteMs) return { results, left: changes.length - index };
    try {
      results.push(await undoOne(change, context));
    } catch (error) {
      if (!isToolError(error) || changes.length === 1) throw error;
      blocked.add(objectOf(change));
      results.push(failed(change, error));
    }
  }
  return { results, left: 0 };
};
