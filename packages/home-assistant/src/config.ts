import {
  addressSchema,
  allowSetting,
  caFileSetting,
  defineSettings,
  denySetting,
  type ListSyntax,
  securitySetting,
} from '@switchyard-mcp/core';
import * as z from 'zod';

/** Ordered, weakest first. */
export const homeAssistantLevels = ['read', 'control', 'configure', 'admin'] as const;

const flag = z.boolean().default(false);

/** The lists of entities: a domain means all of its entities. Statistics of other sources are written with a colon. */
export const entityLists: ListSyntax = {
  fold: (text) => text.toLowerCase(),
  patternOf: (entry) => (/[.:]/.test(entry) || entry === '*' ? entry : `${entry}.*`),
  faultOf: (entry) =>
    /^[a-z0-9_*?]+(?:[.:][a-z0-9_*?]+)?$/.test(entry)
      ? undefined
      : 'is not a domain or entity id; * and ? are wildcards, such as light.* or lock',
};

const entities = { syntax: entityLists, things: 'entities', entries: 'domains or entity patterns' } as const;

/** Everything that can be set for this server. */
export const homeAssistantSettings = defineSettings({
  url: {
    schema: addressSchema({ plainHttp: 'anywhere', example: 'http://homeassistant.local:8123' }),
    title: 'Address of Home Assistant',
    description: 'Base address of Home Assistant, as typed into a browser. A trailing slash or /api does not matter.',
    env: ['HOMEASSISTANT_URL', 'HA_URL', 'HASS_URL', 'HASS_SERVER'],
    flag: 'url',
    required: true,
    example: 'http://homeassistant.local:8123',
  },
  token: {
    schema: z.string().trim().min(1),
    title: 'Access token',
    description: "Long-lived access token, made in Home Assistant under Profile, Security. It carries its user's permissions.",
    env: ['HOMEASSISTANT_TOKEN', 'HA_TOKEN', 'HASS_TOKEN', 'SUPERVISOR_TOKEN'],
    secret: true,
    required: true,
  },
  caFile: caFileSetting({
    env: ['HOMEASSISTANT_CA_FILE', 'HA_CA_FILE'],
    signed: 'the certificate of Home Assistant, when the system does not know it',
    example: '/etc/ssl/home-ca.pem',
  }),
  insecureTls: {
    schema: flag,
    title: 'Accept any certificate',
    description: 'Skips certificate checks. Anybody on the network can then read the token: prefer a CA certificate file.',
    env: ['HOMEASSISTANT_INSECURE_TLS', 'HA_INSECURE_TLS'],
    flag: 'insecure-tls',
    example: 'false',
  },
  allow: allowSetting({ ...entities, env: ['HOMEASSISTANT_ALLOW', 'HA_ALLOW'], example: 'light.*,climate,sensor.*_temperature' }),
  deny: denySetting({ ...entities, env: ['HOMEASSISTANT_DENY', 'HA_DENY'], example: 'lock,alarm_control_panel' }),
  security: securitySetting({
    env: ['HOMEASSISTANT_SECURITY', 'HA_SECURITY'],
    actions: 'Unlocking, disarming, opening garages and the like',
  }),
  raw: {
    schema: flag,
    title: 'Raw requests',
    description:
      'Offers ha_raw, which sends any command or request to Home Assistant as it is. What is not known to read asks a person first; the allow and deny lists hold.',
    env: ['HOMEASSISTANT_RAW', 'HA_RAW'],
    flag: 'raw',
    example: 'false',
  },
});

/** Type of this server's settings schema. */
export type HomeAssistantSettings = typeof homeAssistantSettings;
