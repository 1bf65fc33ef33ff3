import { nodePointer } from '@switchyard-mcp/core';
import type { ReferenceKind } from './reference-keys.ts';
import { type BodyReference, scanReferences } from './scan-references.ts';

export { entitiesInTemplate } from './scan-references.ts';

/** One place where a body names something that has to exist, by the part it plays there: not every text that looks like an id is one. */
export interface RequiredReference {
  readonly kind: ReferenceKind;
  readonly id: string;
  /** JSON Pointer into the body. */
  readonly pointer: string;
  /** Named inside the text of a template. */
  readonly inTemplate: boolean;
  /** Nobody says what part it plays (inputs of blueprints): it may also be a service. */
  readonly loose: boolean;
}

export const toRequired = ({ kind, id, node, inTemplate, role }: BodyReference): RequiredReference => ({
  kind,
  id,
  pointer: nodePointer(node),
  inTemplate,
  loose: role === 'input',
});

/** Everything that has to exist for a body to do what it says. Steps that are switched off need nothing. */
export const requiredBy = (body: unknown): readonly RequiredReference[] =>
  scanReferences(body).references.flatMap((reference) => (reference.required ? [toRequired(reference)] : []));
