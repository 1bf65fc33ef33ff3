import { createVisibility, type NameLists } from '@switchyard-mcp/core';
import { nameLists } from '../config.ts';
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

export interface PolicyOptions extends NameLists {
  readonly systems?: string | undefined;
  readonly security?: 'ask' | 'never' | undefined;
  readonly level: string;
}

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

/** Makes the policy from the settings' lists. Deny wins over allow. */
export const createPolicy = ({ systems, allow, deny, security = 'ask', level }: PolicyOptions): Policy => {
  const devices = createVisibility([{ allow, deny }], nameLists);
  const accounts = createVisibility([{ allow: systems }], nameLists);
  return {
    restricted: devices.restricted,
    security,
    level,
    seesSystem: (system) => accounts.sees(systemNames(system)),
    sees: (device) => devices.sees(deviceNames(device)),
  };
};
