import { createVisibility, type NameLists } from '@switchyard-mcp/core';
import { entityLists } from '../config.ts';

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

export interface PolicyOptions extends NameLists {
  readonly security?: 'ask' | 'never' | undefined;
  readonly level: string;
}

/** Makes the policy from the settings' lists. Deny wins over allow. */
export const createPolicy = ({ allow, deny, security = 'ask', level }: PolicyOptions): Policy => {
  const { restricted, sees } = createVisibility([{ allow, deny }], entityLists);
  return { restricted, security, level, visible: (id) => sees([id]) };
};
