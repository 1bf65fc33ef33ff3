import type { Policy } from './policy.ts';
import type { Registries } from './registries.ts';

/** Which config entries may be told of. With lists in force one all of whose entities are hidden would give away that they exist. */
export const visibleEntries = (registries: Registries, policy: Policy): ((entryId: string) => boolean) => {
  if (!policy.restricted) return () => true;
  const [seen, concealed] = [new Set<string>(), new Set<string>()];
  for (const { configEntryId, entityId } of registries.data.entity.values())
    if (configEntryId !== undefined) (policy.visible(entityId) ? seen : concealed).add(configEntryId);
  return (entryId) => seen.has(entryId) || !concealed.has(entryId);
};
