import { isToolError, refuse } from '../errors/tool-error.ts';
import type { Log } from '../runtime/log.ts';
import type { AuditEntry, AuditLog } from '../security/audit-log.ts';
import type { Clock } from '../time/clock.ts';
import type { CallOutcome } from './call-outcome.ts';

export interface AuditedCall extends Pick<AuditEntry, 'tool' | 'op' | 'principal' | 'level' | 'callId'> {
  /** As the audit log may keep them. */
  readonly args: unknown;
}

interface Auditing {
  readonly audit: AuditLog;
  readonly log: Pick<Log, 'error'>;
  readonly clock: Clock;
  isPreview(outcome: CallOutcome): boolean;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown reason';

const writeIntent = (audit: AuditLog, { args, ...entry }: AuditedCall): void => {
  try {
    audit.append({ ...entry, phase: 'intent', args });
  } catch (cause) {
    throw refuse('internal', 'The audit log could not be written.', {
      why: `Folder of ${audit.file}: ${codeOf(cause)}`,
      next: ["Free disk space or fix the folder's permissions, then call again."],
      cause,
    });
  }
};

/** Writes a line before a call that may change something, and one after it. @throws ToolError when the first cannot be written */
export const audited = async (
  call: AuditedCall,
  { audit, log, clock, isPreview }: Auditing,
  run: () => Promise<CallOutcome>,
): Promise<CallOutcome> => {
  writeIntent(audit, call);
  const { args: _args, ...entry } = call;
  const startedAt = clock.monotonic();
  const finish = (outcome: string): void => {
    try {
      audit.append({ ...entry, phase: 'outcome', outcome, durationMs: Math.round(clock.monotonic() - startedAt) });
    } catch (error) {
      log.error(`audit: the outcome of ${entry.callId} could not be written: ${codeOf(error)}`);
    }
  };
  try {
    const outcome = await run();
    finish(isPreview(outcome) ? 'preview' : outcome.kind);
    return outcome;
  } catch (error) {
    finish(isToolError(error) ? `${error.fields.code}/${error.fields.sideEffects ?? 'none'}` : 'internal');
    throw error;
  }
};
