import { tooDeep, type WalkNode, walkValue } from '@switchyard-mcp/core';
import { isTemplate } from '../domain/is-template.ts';

/**
 * Texts in a value, keys included, that Home Assistant would render as templates: some services do that with their message.
 * @throws ToolError invalid_input when the value is nested too deep to be looked through.
 */
export const templatesIn = (value: unknown): readonly string[] => {
  const found: string[] = [];
  const visit = ({ key, value: item }: WalkNode): void => {
    for (const text of [key, item]) if (typeof text === 'string' && isTemplate(text)) found.push(text);
  };
  if (!walkValue<void>(value, visit, { context: undefined }).complete) throw tooDeep('The data of the call');
  return found;
};

/** Functions that read the registries: Home Assistant does not list what they looked at, so with lists in force nobody could tell. */
const registryFunctions =
  /\b(?:(?:is_)?device_attr|device_(?:id|name|entities)|entity_name|is_hidden_entity|integration_entities|config_entry_(?:id|attr)|issues?|(?:area|floor|label)_(?:entities|devices|areas|id|name|description)|(?:areas|floors|labels))\s*(?:\(|\||\}\})/;

/** Does a template read what its listeners do not tell? */
export const readsRegistries = (text: string): boolean => registryFunctions.test(text);
