import { createHash } from 'node:crypto';

/**
 * A secret for tests that look whether it leaks: the same for the same name, and long, of letters and digits, so that no time, id or drawn
 * number ever holds it by chance. `odd` adds characters that addresses, JSON and headers write differently.
 */
export const makeCanary = (name: string, { odd = false }: { readonly odd?: boolean } = {}): string => {
  const unique = createHash('sha256').update(name).digest('base64').replace(/[+/=]/g, '').slice(0, 20);
  return odd ? `canary-${name}/with+odd=chars&"quotes"-7f${unique}` : `canary-${name}-7f${unique}`;
};
