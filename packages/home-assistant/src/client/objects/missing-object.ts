import { refuse, type ToolError } from '@switchyard-mcp/core';
import type { ObjectRef } from '../../domain/object-ref.ts';

/** Objects that every home has, though nothing is stored of them until somebody changes them. */
const unstored: Readonly<Record<string, string>> = {
  'dashboard:lovelace': 'Home Assistant makes up the default dashboard by itself, and nothing of it is stored yet',
  energy: 'Nothing is set up for the energy dashboard yet',
};

/** The error for an object that is not there. `near` are addresses of others. */
export const missing = (ref: ObjectRef, near: readonly string[]): ToolError => {
  const why = unstored[ref.id];
  if (why !== undefined)
    return refuse('not_found', `${ref.id} has no body.`, {
      why,
      next: [`ha_edit id="${ref.id}" with config makes one${ref.kind === 'dashboard' ? '; it then shows only what is in it' : ''}.`],
    });
  return refuse('not_found', `${ref.id} does not exist.`, {
    didYouMean: near.filter((id) => id !== ref.id),
    next: [`ha_get_config id="${ref.kind === 'helper' || ref.kind === 'entity' ? ref.domain : ref.kind}" lists what there is.`],
  });
};
