import { isTemplate } from '../domain/is-template.ts';
import { isRecord } from './frame.ts';

const maxDepth = 8;

/** Texts in a value that Home Assistant would render as templates: some services do that with their message. */
export const templatesIn = (value: unknown, depth = 0): readonly string[] => {
  if (typeof value === 'string') return isTemplate(value) ? [value] : [];
  if (depth > maxDepth) return [];
  if (Array.isArray(value)) return value.flatMap((item) => templatesIn(item, depth + 1));
  return isRecord(value) ? Object.values(value).flatMap((item) => templatesIn(item, depth + 1)) : [];
};

/** Functions that read the registries: Home Assistant does not list what they looked at, so with lists in force nobody could tell. */
const registryFunctions =
  /\b(?:(?:is_)?device_attr|device_(?:id|name|entities)|entity_name|is_hidden_entity|integration_entities|config_entry_(?:id|attr)|issues?|(?:area|floor|label)_(?:entities|devices|areas|id|name|description)|(?:areas|floors|labels))\s*(?:\(|\||\}\})/;

/** Does a template read what its listeners do not tell? */
export const readsRegistries = (text: string): boolean => registryFunctions.test(text);
