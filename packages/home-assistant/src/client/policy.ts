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

const matcher = (list: string | undefined): RegExp | undefined => {
  const items = (list ?? '')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : new RegExp(`^(?:${items.map(toPattern).join('|')})$`);
};

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
