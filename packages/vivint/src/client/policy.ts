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

const itemsOf = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map((item) => foldText(item.trim()))
    .filter((item) => item !== '');

const matcher = (list: string | undefined): Matcher | undefined => {
  const items = itemsOf(list);
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

/** One entry of a list, by itself. */
export interface ListEntry {
  readonly entry: string;
  readonly matches: Matcher;
}

/** The entries of a list one by one, so that it can be told which of them match nothing. */
export const listEntries = (list: string | undefined): readonly ListEntry[] =>
  itemsOf(list).map((entry) => ({ entry, matches: matcher(entry) ?? (() => false) }));

/** What an entry of the list of systems can name. */
export const systemNames = ({ panelId, name, systemId }: Parameters<Policy['seesSystem']>[0]): readonly string[] => [
  String(panelId),
  name.trim(),
  systemId,
];

/** What an entry of the lists of devices can name. */
export const deviceNames = (device: Device): readonly string[] => [
  device.class,
  device.name.trim(),
  device.deviceId,
  String(device.number),
];

/** Makes the policy from the settings' comma lists. Deny wins over allow. */
export const createPolicy = (options: PolicyOptions): Policy => {
  const systems = matcher(options.systems);
  const allow = matcher(options.allow);
  const deny = matcher(options.deny);
  return {
    restricted: allow !== undefined || deny !== undefined,
    security: options.security ?? 'ask',
    level: options.level,
    seesSystem: (system) => systems?.(systemNames(system)) ?? true,
    sees: (device) => {
      const names = deviceNames(device);
      return (allow?.(names) ?? true) && !(deny?.(names) ?? false);
    },
  };
};
