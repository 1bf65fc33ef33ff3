import { AREA_COMMANDS } from './area-commands.ts';
import { BASE_COMMANDS } from './base-commands.ts';
import type { Commands } from './command.ts';
import { CONFIG_COMMANDS } from './config-commands.ts';
import { ENTITY_REGISTRY_COMMANDS } from './entity-registry-commands.ts';
import { ENTRY_COMMANDS } from './entry-commands.ts';
import { LIST_COMMANDS } from './list-commands.ts';
import { PAST_COMMANDS } from './past-commands.ts';
import { RESOURCE_COMMANDS } from './resource-commands.ts';
import { SUBSCRIBE_COMMANDS } from './subscribe-commands.ts';
import { SYSTEM_COMMANDS } from './system-commands.ts';
import { TEMPLATE_COMMANDS } from './template-commands.ts';

/** Every command of the simulator; a type that is missing here is Core 2025.4's `unknown_command` too. */
export const COMMANDS: Commands = {
  ...AREA_COMMANDS,
  ...BASE_COMMANDS,
  ...CONFIG_COMMANDS,
  ...ENTITY_REGISTRY_COMMANDS,
  ...ENTRY_COMMANDS,
  ...LIST_COMMANDS,
  ...PAST_COMMANDS,
  ...RESOURCE_COMMANDS,
  ...SUBSCRIBE_COMMANDS,
  ...SYSTEM_COMMANDS,
  ...TEMPLATE_COMMANDS,
};
