import { foldText } from '@switchyard-mcp/core';

/** The part of an entity id that Home Assistant makes from a name, as far as the Latin alphabet goes. */
export const slugOf = (name: string): string =>
  foldText(name)
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
