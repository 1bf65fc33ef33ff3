import { refuse } from '@switchyard-mcp/core';
import type { Entity, Home } from './model.ts';
import type { HomeOperations } from './operations.ts';
import { isResolvable, resolveEntity, resolveTargets } from './resolve-targets.ts';
import { whileStarting } from './while-starting.ts';

/** The home, with voice aliases when a word is nothing else: they cost a request. */
export const homeKnowing = async (operations: HomeOperations, wanted: readonly string[], signal: AbortSignal): Promise<Home> => {
  const home = await operations.home(signal);
  if (isResolvable(home, wanted)) return home;
  await operations.loadAliases(signal);
  return operations.home(signal);
};

/**
 * The entities that ids, exact names, aliases or places mean, each once.
 * @throws ToolError not_found naming near ones, ambiguous, or invalid_input when they are more than `most`.
 */
export const entitiesMeant = async (
  operations: HomeOperations,
  wanted: readonly string[],
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
): Promise<readonly Entity[]> => {
  const { named, placed } = await whileStarting(operations, signal, async () =>
    resolveTargets(await homeKnowing(operations, wanted, signal), wanted),
  );
  const entities = [...named, ...placed];
  if (entities.length > 0 && entities.length <= most) return entities;
  throw refuse(
    'invalid_input',
    entities.length === 0 ? 'No entity matches these ids.' : `That is ${entities.length} entities; one call takes ${most}.`,
    { next: ['Name entity ids.'] },
  );
};

/** The one entity that an id, exact name or alias means. @throws ToolError as entitiesMeant. */
export const entityMeant = async (operations: HomeOperations, wanted: string, signal: AbortSignal): Promise<Entity> =>
  whileStarting(operations, signal, async () => resolveEntity(await homeKnowing(operations, [wanted], signal), wanted));
