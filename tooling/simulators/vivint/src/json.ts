/** A JSON object. */
export type Json = Record<string, unknown>;

/** Is this a JSON object (not a list)? */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON object out of text; undefined when it is none. */
export function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A copy that shares nothing. */
export function copy<T>(value: T): T {
  return structuredClone(value);
}

/**
 * Merges a patch as the cloud means it: a dotted key names a place inside nested objects and lists (`proph.csce`, `lids.1`),
 * any other key replaces the value.
 */
export function applyPatch(target: Json, patch: Json): void {
  for (const [key, value] of Object.entries(patch)) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let place: Json = target;
    for (const part of path) {
      const inner = place[part];
      if (typeof inner !== 'object' || inner === null) place[part] = {};
      place = place[part] as Json;
    }
    place[last] = copy(value);
  }
}
