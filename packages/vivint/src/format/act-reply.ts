import { inOneLine, type ToolError, type ToolReply, type WriteOutcome } from '@switchyard-mcp/core';
import type { Outcome } from '../domain/carry-out.ts';

/** What became of one target: [id, name, before, after, note]. */
export interface ActRow {
  readonly id: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly ending: WriteOutcome;
  readonly note?: string | undefined;
  /** Why it was refused. */
  readonly error?: ToolError;
}

const counted = ['done', 'unchanged', 'pending', 'failed', 'unknown'] as const;

/** What is known of a command that was sent and whose effect was not seen. */
const unknownWords = ({ error, isCurrent }: Outcome): string => {
  if (error === undefined)
    return isCurrent
      ? 'accepted, not seen yet; it may still happen. Read again before repeating'
      : 'Vivint accepted it, and the state could not be read back. Read before repeating';
  return `${inOneLine(error.fields)}. ${isCurrent ? 'It was not seen yet' : 'The state could not be seen'}, and may have been done. Read before repeating`;
};

/** Why an outcome is what it is, for its row. */
export const noteOf = (outcome: Outcome, failed?: string): string | undefined => {
  switch (outcome.outcome) {
    case 'refused':
      return outcome.error && inOneLine(outcome.error.fields);
    case 'unknown':
      return unknownWords(outcome);
    case 'failed':
      return failed;
    case 'pending':
      return 'still on its way';
    default:
      return undefined;
  }
};

/** The reply of a write: counts, and one row a target. A refusal counts as failed. */
export const actReply = (rows: readonly ActRow[], more: Record<string, unknown> = {}): ToolReply => {
  const endings = rows.map(({ ending }) => (ending === 'refused' ? 'failed' : ending));
  const counts = Object.fromEntries(
    counted.flatMap((word) => {
      const count = endings.filter((ending) => ending === word).length;
      return count > 0 || word === 'done' ? [[word, count]] : [];
    }),
  );
  return {
    data: { ...counts, rows: rows.map(({ id, name, before, after, note }) => [id, name, before, after, ...(note ? [note] : [])]), ...more },
  };
};
