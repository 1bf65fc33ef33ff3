import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Probe } from './probe.mjs';

/** Answers the questions of a new Core by API, as the browser would, and returns tokens of an administrator and of an ordinary user. */
export async function onboard(url) {
  const probe = new Probe({ url });
  const clientId = `${url}/`;
  // Made anew for every run and told to nobody: the newest Cores listen on every interface.
  const account = { name: 'Ada Tester', username: 'ada', password: randomBytes(18).toString('base64url'), language: 'en' };
  const { auth_code: code } = await probe.restOk('POST', '/api/onboarding/users', { body: { client_id: clientId, ...account } });
  const session = await exchangeCode(probe, { clientId, code });
  const bearer = { bearer: session.access_token };
  await probe.restOk('POST', '/api/onboarding/core_config', { ...bearer, body: {} });
  await probe.restOk('POST', '/api/onboarding/analytics', { ...bearer, body: {} });
  const integration = { client_id: clientId, redirect_uri: `${clientId}?auth_callback=1` };
  await probe.restOk('POST', '/api/onboarding/integration', { ...bearer, body: integration });
  const token = await makeLongLivedToken(url, session.access_token);
  const nonAdminToken = await makeOrdinaryUser({ url, token, clientId });
  return { token, nonAdminToken };
}

async function exchangeCode(probe, { clientId, code }) {
  return probe.restOk('POST', '/auth/token', { form: { grant_type: 'authorization_code', code, client_id: clientId } });
}

async function makeLongLivedToken(url, accessToken) {
  const probe = new Probe({ url, token: accessToken });
  await probe.connect();
  try {
    return await probe.command('auth/long_lived_access_token', { client_name: 'switchyard live', lifespan: 365 });
  } finally {
    probe.close();
  }
}

/** A user without the administrator's rights, to prove what such a token may not do. */
async function makeOrdinaryUser({ url, token, clientId }) {
  const admin = new Probe({ url, token });
  const username = 'bob';
  const password = randomBytes(18).toString('base64url');
  await admin.connect();
  try {
    const { user } = await admin.command('config/auth/create', { name: 'Bob Guest', group_ids: ['system-users'] });
    await admin.command('config/auth_provider/homeassistant/create', { user_id: user.id, username, password });
  } finally {
    admin.close();
  }
  const probe = new Probe({ url });
  const flow = await probe.restOk('POST', '/auth/login_flow', {
    body: { client_id: clientId, handler: ['homeassistant', null], redirect_uri: `${clientId}?auth_callback=1` },
  });
  const login = await probe.restOk('POST', `/auth/login_flow/${flow.flow_id}`, { body: { client_id: clientId, username, password } });
  const session = await exchangeCode(probe, { clientId, code: login.result });
  return makeLongLivedToken(url, session.access_token);
}

/** Asks `check` again and again until it returns something; `stillAlive` throws when there is nothing left to wait for. */
export async function waitFor(check, { timeoutMs, what, stillAlive = () => {} }) {
  const end = Date.now() + timeoutMs;
  let lastError;
  while (Date.now() < end) {
    stillAlive();
    const value = await check().catch((error) => {
      lastError = error;
    });
    if (value) return value;
    await sleep(200);
  }
  throw new Error(`${what}: not within ${Math.round(timeoutMs / 1000)} s`, { cause: lastError });
}
