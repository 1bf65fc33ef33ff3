import { expect, test } from 'vitest';
import { createHttpClients } from './http-clients.ts';

test('every host of the account is met with the CA file of the settings', async () => {
  const { login, http, streamHttp } = createHttpClients({ caFile: '/no/such/ca.pem' });
  for (const client of [login, http, streamHttp])
    await expect(client.request({ path: '/' })).rejects.toMatchObject({
      fields: { code: 'invalid_input', what: expect.stringContaining('/no/such/ca.pem') },
    });
});
