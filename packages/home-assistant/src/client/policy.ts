/** Which entities exist for this server, and what it may do. */
export interface Policy {
  /** True when some entities may be hidden. */
  readonly restricted: boolean;
  readonly security: 'ask' | 'never';
  /** One of the server's levels. */
  readonly level: string;
  /** Is an id let through by the allow and deny lists? Works for statistic ids as well. */
  visible(id: string): boolean;
}

export interface PolicyOptions {
  readonly allow?: string | undefined;
  readonly deny?: string | undefined;
  readonly security?: 'ask' | 'never' | undefined;
  readonly level: string;
}

const toPattern = (item: string): string => {
  const glob = /[.:]/.test(item) || item === '*' ? item : `${item}.*`;
  return glob
    .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
};

const itemsOf = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');

const matcher = (list: string | undefined): RegExp | undefined => {
  const items = itemsOf(list);
  return items.length === 0 ? undefined : new RegExp(`^(?:${items.map(toPattern).join('|')})$`);
};

/** One entry of a list, by itself. */
export interface ListEntry {
  readonly entry: string;
  readonly matches: (id: string) => boolean;
}

/** The entries of a list one by one, so that it can be told which of them match nothing. */
export const listEntries = (list: string | undefined): readonly ListEntry[] =>
  itemsOf(list).map((entry) => {
    const one = new RegExp(`^${toPattern(entry)}$`);
    return { entry, matches: (id) => one.test(id) };
  });

/** Makes the policy from the settings' comma lists. Deny wins over allow. */
export const createPolicy = (options: PolicyOptions): Policy => {
  const allow = matcher(options.allow);
  const deny = matcher(options.deny);
  return {
    restricted: allow !== undefined || deny !== undefined,
    security: options.security ?? 'ask',
    level: options.level,
    visible: (id) => {
      const wanted = id.trim().toLowerCase();
      return (allow === undefined || allow.test(wanted)) && !(deny?.test(wanted) ?? false);
    },
  };
};
