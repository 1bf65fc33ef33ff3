import type { Home } from './home.ts';
import { isJson, type Json } from './types.ts';

/** The key that stands for a YAML tag in a parsed blueprint. */
export const INPUT_TAG = '!input';

/** A blueprint that cannot be used; the text is Core's. */
export class BlueprintError extends Error {}

const inputsOf = (inputs: unknown): readonly (readonly [string, unknown])[] =>
  isJson(inputs)
    ? Object.entries(inputs).flatMap(([name, input]) =>
        isJson(input) && isJson(input['input']) ? inputsOf(input['input']) : [[name, input] as const],
      )
    : [];

function put(value: unknown, inputs: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => put(item, inputs));
  if (!isJson(value)) return value;
  const name = value[INPUT_TAG];
  if (typeof name === 'string' && Object.keys(value).length === 1) return inputs[name];
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, put(item, inputs)]));
}

/** A blueprint with inputs put in, without its head. */
export function substitute(home: Home, domain: string, path: string, given: Json): Json {
  const blueprint = home.objects.blueprints[domain]?.get(path);
  if (!blueprint) throw new BlueprintError(`Failed to load blueprint: Unable to find ${path}`);
  const { blueprint: head, ...rest } = blueprint;
  const inputs = inputsOf(isJson(head) ? head['input'] : undefined);
  const missing = inputs.filter(([name, input]) => given[name] === undefined && !(isJson(input) && input['default'] !== undefined));
  if (missing.length > 0)
    throw new BlueprintError(
      `Missing input ${missing
        .map(([name]) => name)
        .sort()
        .join(', ')}`,
    );
  const defaults = Object.fromEntries(
    inputs.flatMap(([name, input]) => (isJson(input) && input['default'] !== undefined ? [[name, input['default']]] : [])),
  );
  return put(rest, { ...defaults, ...given }) as Json;
}

/** What an automation or script runs as: itself, or its blueprint with inputs put in. */
export function effectiveConfig(home: Home, domain: string, config: Json): Json {
  const use = config['use_blueprint'];
  if (!isJson(use)) return config;
  const { use_blueprint: _use, ...own } = config;
  return { ...substitute(home, domain, String(use['path']), isJson(use['input']) ? use['input'] : {}), ...own };
}

/** Entities of automations or scripts that use a blueprint. */
export function usersOf(home: Home, domain: 'automation' | 'script', path: string): string[] {
  return [...home.configs[domain]].flatMap(([key, config]) => {
    const use = config['use_blueprint'];
    if (!isJson(use) || use['path'] !== path) return [];
    const entry = [...home.registries.entities.values()].find((known) => known.platform === domain && known.unique_id === key);
    return [entry?.entity_id ?? `${domain}.${key}`];
  });
}
