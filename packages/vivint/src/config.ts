import {
  addressSchema,
  allowSetting,
  caFileSetting,
  defineSettings,
  denySetting,
  foldText,
  type ListSyntax,
  listSchema,
  securitySetting,
} from '@switchyard-mcp/core';
import * as z from 'zod';

/** Ordered, weakest first. */
export const vivintLevels = ['read', 'secure', 'operate', 'sensitive'] as const;

/** The addresses of Vivint's own services. */
export const usualUrls = { login: 'https://id.vivint.com', api: 'https://www.vivintsky.com/api', stream: 'https://ps.pndsn.com' } as const;

const host = addressSchema({ plainHttp: 'loopback', example: 'http://localhost:8080' });

/** The lists of systems and devices: names as people write them. */
export const nameLists: ListSyntax = {
  fold: foldText,
  faultOf: (entry) =>
    /[\u0000-\u001f\\]/.test(entry) ? 'is not a name, id or class; * and ? are wildcards, such as lock or Front*' : undefined,
};

const devices = { syntax: nameLists, things: 'devices', entries: 'classes, names or ids', personal: true } as const;

/** Everything that can be set for this server. */
export const vivintSettings = defineSettings({
  username: {
    schema: z.string().trim().min(1),
    title: 'Vivint user name',
    description: 'E-mail address of the Vivint account. A user of its own without administrator rights is the better choice.',
    env: ['VIVINT_USERNAME'],
    flag: 'username',
    personal: true,
    example: 'assistant@example.com',
  },
  password: {
    schema: z.string().min(1),
    title: 'Vivint password',
    description: 'Needed only for automatic re-login; `login` asks for it and does not keep it. An account with codes needs `login`.',
    env: ['VIVINT_PASSWORD'],
    secret: true,
  },
  refreshTokenFile: {
    schema: z.string().min(1),
    title: 'Token file to import',
    description: 'JSON file with a refresh_token of another Vivint program. It is read once; from then on the credential store holds it.',
    env: ['VIVINT_REFRESH_TOKEN_FILE'],
    flag: 'refresh-token-file',
    example: '/home/me/.vivint_tokens.json',
  },
  systems: {
    schema: listSchema(nameLists),
    title: 'Visible systems',
    description: 'Comma-separated list of system names or numbers. When set, other systems of the account do not exist for this server.',
    env: ['VIVINT_SYSTEMS', 'VIVINT_SYSTEM_ID'],
    flag: 'systems',
    personal: true,
    example: 'Home',
  },
  allow: allowSetting({ ...devices, env: ['VIVINT_ALLOW'], example: 'lock,sensor,Hallway*' }),
  deny: denySetting({ ...devices, env: ['VIVINT_DENY'], example: 'camera' }),
  security: securitySetting({ env: ['VIVINT_SECURITY'], actions: 'Disarming, unlocking, opening and bypassing' }),
  live: {
    schema: z.enum(['on', 'off']).default('on'),
    title: 'Live updates',
    description: 'Whether changes are received as they happen. Without, every read asks the cloud, and events come from its history.',
    env: ['VIVINT_LIVE'],
    flag: 'live',
    example: 'on',
  },
  tokenStore: {
    schema: z.enum(['store', 'memory']).default('store'),
    title: 'Where tokens are kept',
    description: '"memory" forgets the login when the server ends; a password is then needed at every start.',
    env: ['VIVINT_TOKEN_STORE'],
    flag: 'token-store',
    example: 'store',
  },
  loginUrl: {
    schema: host.default(usualUrls.login),
    title: 'Login host',
    description: 'Address of the login service.',
    env: ['VIVINT_LOGIN_URL'],
    flag: 'login-url',
    example: usualUrls.login,
  },
  apiUrl: {
    schema: host.default(usualUrls.api),
    title: 'API host',
    description: 'Address of the cloud API, with its path.',
    env: ['VIVINT_API_URL'],
    flag: 'api-url',
    example: usualUrls.api,
  },
  streamUrl: {
    schema: host.default(usualUrls.stream),
    title: 'Stream host',
    description: 'Address of the service that sends changes as they happen.',
    env: ['VIVINT_STREAM_URL'],
    flag: 'stream-url',
    example: usualUrls.stream,
  },
  caFile: caFileSetting({
    env: ['VIVINT_CA_FILE'],
    signed: 'the certificates this machine sees, as behind a proxy that opens TLS',
    example: '/etc/ssl/proxy-ca.pem',
    personal: true,
  }),
  imageHosts: {
    schema: z.string().min(1),
    title: 'Hosts of pictures',
    description:
      'Comma-separated list of domains that a picture may be fetched from. Without it, any public https host that Vivint names for the picture. No token is sent there.',
    env: ['VIVINT_IMAGE_HOSTS'],
    flag: 'image-hosts',
    example: 'vivintsky.com',
  },
});

/** Type of this server's settings schema. */
export type VivintSettings = typeof vivintSettings;
