import { nodePointer, type WalkNode, walkValue } from '@switchyard-mcp/core';
import type { ReferenceKind } from './reference-keys.ts';
import { type ScannedBody, scanReferences } from './scan-references.ts';

/** Something that a body names, and where. */
export interface NamedThing {
  readonly kind: ReferenceKind;
  readonly id: string;
  /** JSON Pointer into the body. */
  readonly at: string;
  /** Found in a template: what it means is only known when it runs. */
  readonly inTemplate: boolean;
}

/** Every entity, service, device, area, floor and label that a scanned body names; what a text merely mentions is not among them. */
export const namedThings = ({ references }: ScannedBody): readonly NamedThing[] =>
  references.flatMap(({ kind, id, node, inTemplate, role }) =>
    role === 'mention' ? [] : [{ kind, id, at: nodePointer(node), inTemplate }],
  );

/** As `namedThings`, of a body that was not scanned yet. */
export const namedIn = (body: unknown): readonly NamedThing[] => namedThings(scanReferences(body));

/** Deeper than any body. A search decides nothing, so what is past this is not found. */
const searchDepth = 1000;

/** Calls back with every text in a body, keys of objects included, numbers and yes or no as text. */
export const eachText = (body: unknown, found: (text: string, node: WalkNode) => void): void => {
  const visit = (node: WalkNode): void => {
    if (typeof node.key === 'string') found(node.key, node);
    const { value } = node;
    if (typeof value === 'string') found(value, node);
    else if (typeof value === 'number' || typeof value === 'boolean') found(String(value), node);
  };
  walkValue<void>(body, visit, { context: undefined, depth: searchDepth });
};
