import type { ResourceDefinition } from './define-server.ts';

export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** True when the uri has variables. */
export const isTemplate = (uri: string): boolean => uri.includes('{');

/** The values of a template's variables in a uri, or undefined when it does not fit. */
const matchUri = (template: string, uri: string): Readonly<Record<string, string>> | undefined => {
  const names: string[] = [];
  const pattern = template
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!/^\{\w+\}$/.test(part)) return escapeRegExp(part);
      names.push(part.slice(1, -1));
      return '([^/?#]+)';
    })
    .join('');
  const found = new RegExp(`^${pattern}$`).exec(uri);
  if (!found) return undefined;
  try {
    return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]));
  } catch {
    return undefined;
  }
};

/** The definition that a uri belongs to: exact ones before templates. */
export const resourceOf = <Operations>(
  resources: readonly ResourceDefinition<Operations>[],
  uri: string,
): { readonly resource: ResourceDefinition<Operations>; readonly variables: Readonly<Record<string, string>> } | undefined => {
  const exact = resources.find((resource) => resource.uri === uri);
  if (exact) return { resource: exact, variables: {} };
  for (const resource of resources) {
    const variables = isTemplate(resource.uri) ? matchUri(resource.uri, uri) : undefined;
    if (variables) return { resource, variables };
  }
  return undefined;
};
