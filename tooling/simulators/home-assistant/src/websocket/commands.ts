import { AREA_COMMANDS } from './area-commands.ts';
import { BASE_COMMANDS } from './base-commands.ts';
import { CATEGORY_COMMANDS } from './category-commands.ts';
import { COLLECTION_COMMANDS } from './collection-commands.ts';
import type { Commands } from './command.ts';
import { CONFIG_COMMANDS } from './config-commands.ts';
import { DEVICE_COMMANDS } from './device-commands.ts';
import { ENTITY_REGISTRY_COMMANDS } from './entity-registry-commands.ts';
import { ENTRY_COMMANDS } from './entry-commands.ts';
import { EXPOSURE_COMMANDS } from './exposure-commands.ts';
import { INSIGHT_COMMANDS } from './insight-commands.ts';
import { LIST_COMMANDS } from './list-commands.ts';
import { OBJECT_COMMANDS } from './object-commands.ts';
import { PAST_COMMANDS } from './past-commands.ts';
import { RESOURCE_COMMANDS } from './resource-commands.ts';
import { SUBSCRIBE_COMMANDS } from './subscribe-commands.ts';
import { SYSTEM_COMMANDS } from './system-commands.ts';
import { TEMPLATE_COMMANDS } from './template-commands.ts';

/** Every command of the simulator; a type that is missing here is Core 2025.4's `unknown_command` too. */
export const COMMANDS: Commands = {
  ...AREA_COMMANDS,
  ...BASE_COMMANDS,
  ...CATEGORY_COMMANDS,
  ...COLLECTION_COMMANDS,
  ...CONFIG_COMMANDS,
  ...DEVICE_COMMANDS,
  ...ENTITY_REGISTRY_COMMANDS,
  ...ENTRY_COMMANDS,
  ...EXPOSURE_COMMANDS,
  ...INSIGHT_COMMANDS,
  ...LIST_COMMANDS,
  ...OBJECT_COMMANDS,
  ...PAST_COMMANDS,
  ...RESOURCE_COMMANDS,
  ...SUBSCRIBE_COMMANDS,
  ...SYSTEM_COMMANDS,
  ...TEMPLATE_COMMANDS,
};
