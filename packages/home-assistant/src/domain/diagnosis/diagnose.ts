import type { HomeOperations } from '../operations.ts';
import { bodyFaults } from './body-faults.ts';
import { homeFaults } from './device-faults.ts';
import { bySeverity, type Fault, type Section } from './fault.ts';
import { type HomeFacts, readHomeFacts } from './home-facts.ts';
import { systemFaults } from './system-faults.ts';

export interface Diagnosis {
  readonly facts: HomeFacts;
  /** Errors and warnings, worst first. */
  readonly faults: readonly Fault[];
  readonly notes: readonly Fault[];
}

/** Everything that is wrong in a home, or in one section of it. Reads only. */
export const diagnose = async (operations: HomeOperations, section: Section | undefined, signal: AbortSignal): Promise<Diagnosis> => {
  const facts = await readHomeFacts(operations, section, signal);
  const all = [...systemFaults(facts), ...bodyFaults(facts), ...homeFaults(facts)].filter(
    (fault) => section === undefined || fault.section === section,
  );
  return {
    facts,
    faults: all.filter(({ severity }) => severity !== 'note').sort(bySeverity),
    notes: all.filter(({ severity }) => severity === 'note'),
  };
};
