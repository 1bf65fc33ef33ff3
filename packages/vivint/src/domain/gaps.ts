import { refuse } from '@switchyard-mcp/core';
import type { Gap, House } from './model.ts';

/** Why what is shown of this partition is not from the last read; undefined when it is. */
export const gapAt = (house: House, systemId: string, partitionId: number): Gap | undefined =>
  house.gaps?.find((gap) => gap.systemId === systemId && (gap.partitionId === undefined || gap.partitionId === partitionId));

/** Is nothing of what is shown of this system, its armed state too, from the last read? */
export const isUnread = (house: House, systemId: string): boolean =>
  house.gaps?.some((gap) => gap.systemId === systemId && gap.partitionId === undefined) === true;

const partOf = ({ systemId, partitionId }: Gap): string => (partitionId === undefined ? systemId : `${systemId} partition ${partitionId}`);

/** "cabin could not be read": what is not known, in a sentence for replies. `when` writes a time. */
export const gapWords = (gap: Gap, when: (ms: number) => string): string => {
  const what = gap.partitionId === undefined ? `${partOf(gap)} could not be read` : `the cloud gave no device list of ${partOf(gap)}`;
  const rest =
    gap.since === undefined
      ? gap.partitionId === undefined
        ? 'nothing of it is here'
        : 'what is open or unlocked there is not known'
      : `what is shown of it is of ${when(gap.since)}`;
  return `${what}${gap.why === '' ? '' : ` (${gap.why.replace(/\.$/, '')})`}; ${rest}`;
};

/** Refuses an act on something whose present state could not be read. */
export const refuseInGap = (house: House, systemId: string, partitionId: number): void => {
  const gap = gapAt(house, systemId, partitionId);
  if (gap === undefined) return;
  throw refuse('upstream_unavailable', `The present state of ${partOf(gap)} could not be read.`, {
    ...(gap.why === '' ? {} : { why: gap.why }),
    retryable: true,
    next: ['Try again in a minute.'],
  });
};
