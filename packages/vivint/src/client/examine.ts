import { type DoctorCheck, inOneLine, isToolError, type Runtime, type SettingsOf } from '@switchyard-mcp/core';
import type { HttpClient } from '@switchyard-mcp/core/http';
import { type JsonRecord as Raw, recordsOf, textOf } from '@switchyard-mcp/core/json';
import type { VivintSettings } from '../config.ts';
import type { Device } from '../domain/model.ts';
import type { Api } from './api.ts';
import { checkDevices, checkSystems } from './check-lists.ts';
import { connectApi } from './connect-api.ts';
import { type Account, readAccount, readHistory, readSystem } from './endpoints.ts';
import { systemIds } from './house-cache.ts';
import { systemOf } from './mapping/system.ts';
import { createPolicy } from './policy.ts';
import { partitionNumberOf } from './raw.ts';
import { shapeOf } from './shape.ts';

const mendOf = (error: unknown): { seen: string; mend: string } => {
  if (!isToolError(error)) return { seen: 'it failed in a way that this release does not know', mend: 'update this server.' };
  return { seen: inOneLine(error.fields), mend: error.fields.next?.join(' ') ?? 'try again later.' };
};

/** Shapes of devices by their type: what differs between homes is which types there are. */
const deviceShapes = (system: Raw): Record<string, unknown> => {
  const byType = new Map<string, Raw[]>();
  for (const device of recordsOf(system, 'par').flatMap((partition) => recordsOf(partition, 'd'))) {
    const type =
      textOf(device, 't')
        ?.replace(/[^a-z0-9_]/gi, '')
        .slice(0, 40) ?? 'unknown';
    byType.set(type, [...(byType.get(type) ?? []), device]);
  }
  return Object.fromEntries([...byType].map(([type, devices]) => [type, { count: devices.length, shape: shapeOf(devices) }]));
};

const isLoginError = (error: unknown): boolean => isToolError(error) && /^auth_/.test(error.fields.code);

export interface ExamineOptions {
  readonly settings: SettingsOf<VivintSettings>;
  readonly runtime: Runtime;
  /** For a report that strangers may read: without what a list may have meant. */
  readonly redacted: boolean;
}

/** A stored login goes before the password, so another user name alone changes nothing. */
const checkUser = ({ email }: Account, username: string | undefined): readonly DoctorCheck[] => {
  if (email === undefined || username === undefined || email.trim().toLowerCase() === username.trim().toLowerCase()) return [];
  return [
    {
      id: 'username',
      status: 'problem',
      seen: 'the login in use is that of another account than VIVINT_USERNAME',
      mend: 'run login for this user name (in a profile of its own to keep both), or correct VIVINT_USERNAME.',
    },
  ];
};

/** Checks login, API, history and stream one after the other, and takes the shapes of what came. No value, no name leaves here. */
export async function* examine({ settings, runtime, redacted }: ExamineOptions, signal: AbortSignal): AsyncIterable<DoctorCheck> {
  const { clock } = runtime;
  const { api, session, streamHttp: stream, close } = connectApi(settings, runtime);
  let loggedIn = false;
  try {
    await session.tokens();
    const reading = await readAccount(api, signal).then(
      (account) => ({ account }),
      (error: unknown) => ({ error }),
    );
    // Only the cloud's answer tells whether a login holds: a stored token may have been ended since.
    if ('error' in reading && isLoginError(reading.error)) throw reading.error;
    loggedIn = true;
    await session.tokens();
    const { expiresAt = 0, refreshes, notStored } = session.status();
    const minutes = Math.round((expiresAt - clock.now()) / 60_000);
    const tried = 'error' in reading ? ', not tried on the cloud' : '';
    yield { id: 'login', status: 'ok', seen: `access for ${minutes} min, renewed ${refreshes} times since the login${tried}` };
    if (notStored !== undefined)
      yield {
        id: 'store',
        status: 'problem',
        seen: `the login could not be kept, so every start logs in again: ${notStored}`,
        mend: 'make the keychain reachable, or set SWITCHYARD_KEY_FILE to a file with 32 random bytes in base64.',
      };
    if ('error' in reading) throw reading.error;
    const { account } = reading;
    const admin = account.systems.filter(({ isAdmin }) => isAdmin).length;
    yield {
      id: 'account',
      status: account.systems.length > 0 ? 'ok' : 'problem',
      seen: `${account.systems.length} systems, administrator of ${admin}`,
    };
    yield* checkUser(account, settings.username);
    const ids = systemIds(account);
    const named = account.systems.map((system) => ({ ...system, systemId: ids.get(system.panelId) ?? '' }));
    yield* checkSystems(settings, named, { redacted });
    const seen = named.filter(createPolicy({ systems: settings.systems, level: 'read' }).seesSystem);
    const devices: Device[] = [];
    for (const [index, { panelId }] of account.systems.entries()) {
      const document = await readSystem(api, panelId, signal);
      const partitions = recordsOf(document, 'par');
      const rawDevices = partitions.flatMap((partition) => recordsOf(partition, 'd'));
      const { par: _partitions, ...rest } = document;
      const detail = {
        system: shapeOf(rest),
        partition: shapeOf(partitions.map(({ d: _devices, ...own }) => own)),
        devices: deviceShapes(document),
      };
      yield { id: `system ${index + 1}`, status: 'ok', seen: `${partitions.length} partitions, ${rawDevices.length} devices`, detail };
      const shown = seen.find((system) => system.panelId === panelId);
      if (shown !== undefined) devices.push(...systemOf(document, { ...shown, alone: seen.length === 1 }).devices);
      const partitionId = partitionNumberOf(partitions[0] ?? {});
      yield await checkHistory(api, { panelId, partitionId, before: runtime.clock.now() }, signal);
    }
    yield* checkDevices(settings, devices, { redacted });
    yield await checkStream(stream, account, signal);
  } catch (error) {
    yield { id: isLoginError(error) || !loggedIn ? 'login' : 'cloud', status: 'problem', ...mendOf(error) };
    yield { id: 'the rest', status: 'skipped', seen: 'not tried' };
  } finally {
    await close();
  }
}

const checkHistory = async (
  api: Api,
  { panelId, partitionId, before }: { readonly panelId: number; readonly partitionId: number; readonly before: number },
  signal: AbortSignal,
): Promise<DoctorCheck> => {
  try {
    const records = await readHistory(api, { panelId, partitionId }, { before, limit: 20 }, signal);
    return { id: 'history', status: 'ok', seen: `${records.length} records came`, detail: { record: shapeOf(records) } };
  } catch (error) {
    // Not a problem to be mended: events then come from the stream and the present state, and say so.
    return { id: 'history', status: 'skipped', seen: `it does not answer (${mendOf(error).seen}); events will be less complete` };
  }
};

const checkStream = async (http: HttpClient, account: Account, signal: AbortSignal): Promise<DoctorCheck> => {
  if (account.channel === undefined)
    return { id: 'stream', status: 'skipped', seen: 'the account has no channel; every read asks the cloud' };
  try {
    const answer = await http.request({ path: '/time/0', signal, timeoutMs: 10_000 });
    return {
      id: 'stream',
      status: answer.status === 200 ? 'ok' : 'problem',
      seen: `its host answered ${answer.status}`,
      ...(answer.status === 200 ? {} : { mend: 'set VIVINT_LIVE=off if it stays so.' }),
    };
  } catch (error) {
    return { id: 'stream', status: 'problem', ...mendOf(error), mend: 'let this host through, or set VIVINT_LIVE=off.' };
  }
};
