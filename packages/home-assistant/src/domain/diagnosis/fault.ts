import type { RequiredReference } from '../required-references.ts';

/** Parts of a diagnosis, the gravest first. */
export const sections = [
  'integrations',
  'config',
  'automations',
  'references',
  'types',
  'devices',
  'unavailable',
  'repairs',
  'database',
  'logs',
  'batteries',
  'orphans',
  'updates',
] as const;
export type Section = (typeof sections)[number];

/** `note`: worth knowing and nothing wrong; it counts nowhere. */
export type Severity = 'error' | 'warning' | 'note';

/** One thing that is wrong. What has the same cause is one fault. */
export interface Fault {
  readonly section: Section;
  readonly severity: Severity;
  /** Whom it is about: an id that other tools take, or a domain. */
  readonly subject: string;
  readonly detail: string;
  /** What was named and is not there; near names are looked up only for what is shown. */
  readonly missing?: Pick<RequiredReference, 'kind' | 'id'>;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Worst first; of equal weight, in the order of the sections. */
export const bySeverity = (a: Fault, b: Fault): number =>
  rank[a.severity] - rank[b.severity] || sections.indexOf(a.section) - sections.indexOf(b.section);

/** "a, b and 3 more" */
export const listed = (items: readonly string[], most = 3): string =>
  items.length <= most + 1 ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
