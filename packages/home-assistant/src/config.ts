import { defineSettings } from '@switchyard-mcp/core';
import * as z from 'zod';

/** Ordered, weakest first. */
export const homeAssistantLevels = ['read', 'control', 'configure', 'admin'] as const;

/** Is a level as high as the one needed? */
export const reaches = (level: string, needed: (typeof homeAssistantLevels)[number]): boolean =>
  (homeAssistantLevels as readonly string[]).indexOf(level) >= homeAssistantLevels.indexOf(needed);

const flag = z.boolean().default(false);

const address = z
  .string()
  .trim()
  .refine((value) => /^https?:\/\/[^\s/]+/i.test(value) && URL.canParse(value), {
    message: 'must be an address that begins with http:// or https://, such as http://homeassistant.local:8123',
  });

const entityPatterns = z.string().refine((value) => value.split(',').every((item) => /^[a-z0-9_*?.: ]*$/i.test(item)), {
  message: 'must be a comma-separated list of domains or entity ids, with * and ? as wildcards, such as light.*,lock',
});

/** Everything that can be set for this server. */
export const homeAssistantSettings = defineSettings({
  url: {
    schema: address,
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
  caFile: {
    schema: z.string().min(1),
    title: 'CA certificate file',
    description:
      'PEM file of the authority that signed the certificate of Home Assistant, when the system does not know it. Takes the place of the built-in authorities.',
    env: ['HOMEASSISTANT_CA_FILE', 'HA_CA_FILE'],
    flag: 'ca-file',
    example: '/etc/ssl/home-ca.pem',
  },
  insecureTls: {
    schema: flag,
    title: 'Accept any certificate',
    description: 'Skips certificate checks. Anybody on the network can then read the token: prefer a CA certificate file.',
    env: ['HOMEASSISTANT_INSECURE_TLS', 'HA_INSECURE_TLS'],
    flag: 'insecure-tls',
    example: 'false',
  },
  allow: {
    schema: entityPatterns,
    title: 'Visible entities',
    description: 'Comma-separated list of domains or entity patterns. When set, everything else does not exist for this server.',
    env: ['HOMEASSISTANT_ALLOW', 'HA_ALLOW'],
    flag: 'allow',
    example: 'light.*,climate,sensor.*_temperature',
  },
  deny: {
    schema: entityPatterns,
    title: 'Hidden entities',
    description: 'Comma-separated list of domains or entity patterns that do not exist for this server. Overrides the visible list.',
    env: ['HOMEASSISTANT_DENY', 'HA_DENY'],
    flag: 'deny',
    example: 'lock,alarm_control_panel',
  },
  security: {
    schema: z.enum(['ask', 'never']).default('ask'),
    title: 'Security acts',
    description: 'Unlocking, disarming, opening garages and the like: "ask" wants a person to agree each time, "never" refuses.',
    env: ['HOMEASSISTANT_SECURITY', 'HA_SECURITY'],
    flag: 'security',
    example: 'ask',
  },
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
