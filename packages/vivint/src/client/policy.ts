import { foldText } from '@switchyard-mcp/core';
import type { Device } from '../domain/model.ts';

/** Which systems and devices exist for this server, and what it may do. */
export interface Policy {
  /** True when some devices may be hidden. */
  readonly restricted: boolean;
  readonly security: 'ask' | 'never';
  /** One of the server's levels. */
  readonly level: string;
  seesSystem(system: { readonly panelId: number; readonly name: string; readonly systemId: string }): boolean;
  /** `local` is the device's handle without its system. */
  sees(device: Device): boolean;
}

export interface PolicyOptions {
  readonly systems?: string | undefined;
  readonly allow?: string | undefined;
  readonly deny?: string | undefined;
  readonly security?: 'ask' | 'never' | undefined;
  readonly level: string;
}

type Matcher = (texts: readonly string[]) => boolean;

const matcher = (list: string | undefined): Matcher | undefined => {
  const items = (list ?? '')
    .split(',')
    .map((item) => foldText(item.trim()))
    .filter((item) => item !== '');
  if (items.length === 0) return undefined;
  const patterns = items.map((item) =>
    item
      .replace(/[\\^$+.()|[\]{}]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.'),
  );
  const any = new RegExp(`^(?:${patterns.join('|')})$`);
  return (texts) => texts.some((text) => any.test(foldText(text)));
};

/** Makes the policy from the settings' comma lists. Deny wins over allow. */
export const createPolicy = (options: PolicyOptions): Policy => {
  const systems = matcher(options.systems);
  const allow = matcher(options.allow);
  const deny = matcher(options.deny);
  return {
    restricted: allow !== undefined || deny !== undefined,
    security: options.security ?? 'ask',
    level: options.level,
    seesSystem: ({ panelId, name, systemId }) => systems?.([String(panelId), name.trim(), systemId]) ?? true,
    sees: (device) => {
      const names = [device.class, device.name.trim(), device.deviceId, String(device.number)];
      return (allow?.(names) ?? true) && !(deny?.(names) ?? false);
    },
  };
};
