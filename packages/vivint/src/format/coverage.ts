import type { Coverage } from '../domain/model.ts';
import { timeWords } from './times.ts';

/** What of the span is known, as a reply says it. */
export const coverageWords = (coverage: Coverage, zone: string): Record<string, unknown> => ({
  from: timeWords(coverage.from, zone),
  to: timeWords(coverage.to, zone),
  complete: coverage.complete,
  ...(coverage.missing === undefined ? {} : { missing: coverage.missing }),
});
