import { type Clock, isToolError, watchUntil, within } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { LongOptions, RestartOutcome, SignIn, SystemOperations, User } from '../domain/system-operations.ts';
import { createAppOperations } from './apps.ts';
import { createBackupOperations } from './backups.ts';
import { checkConfig } from './check-config.ts';
import type { Facet } from './facet.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

const toUser = (raw: Raw): User => {
  const username = textOf(raw, 'username');
  return {
    name: textOf(raw, 'name') ?? '',
    ...(username === undefined ? {} : { username }),
    isOwner: raw['is_owner'] === true,
    isAdmin: raw['is_owner'] === true || textsOf(raw, 'group_ids').includes('system-admin'),
    isActive: raw['is_active'] === true,
    localOnly: raw['local_only'] === true,
    isSystem: raw['system_generated'] === true,
  };
};

const toSignIn = (raw: Raw): SignIn => {
  const [lastUsedAt, expiresAt] = [textOf(raw, 'last_used_at'), textOf(raw, 'expire_at')];
  return {
    name: textOf(raw, 'client_name') ?? textOf(raw, 'client_id') ?? '',
    type: textOf(raw, 'type') ?? '',
    createdAt: textOf(raw, 'created_at') ?? '',
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    isCurrent: raw['is_current'] === true,
  };
};

/** Core's state, or undefined while nobody answers. */
const stateNow = async (socket: HomeSocket, clock: Clock, signal: AbortSignal): Promise<string | undefined> => {
  const answer = await within({ clock, ms: 3000, signal }, (limit) =>
    socket.command({ type: 'get_config' }, { signal: limit.signal, doing: 'Reading the configuration' }),
  ).catch(() => undefined);
  return isRecord(answer) ? textOf(answer, 'state') : undefined;
};

/** Watches until Core was away and runs again. Seeing it RUNNING proves nothing before the connection was lost. */
const untilBack = async (
  socket: HomeSocket,
  went: () => boolean,
  { signal, waitMs, onProgress, clock }: LongOptions & { readonly clock: Clock },
): Promise<RestartOutcome> => {
  const startedAt = clock.monotonic();
  const tookMs = (): number => clock.monotonic() - startedAt;
  let state: string | undefined;
  let reported = 0;
  const { reached } = await watchUntil({
    look: async () => {
      state = await stateNow(socket, clock, signal);
      const seconds = Math.round(tookMs() / 1000);
      if (seconds > reported) onProgress?.(seconds, undefined, went() ? `back, ${state ?? 'not answering yet'}` : 'going down');
      reported = Math.max(reported, seconds);
      return state;
    },
    reached: (now) => (went() && now === 'RUNNING' ? 'done' : 'no'),
    waitMs,
    signal,
    clock,
  });
  return { wentDown: went(), running: reached === 'done', ...(state === undefined ? {} : { state }), tookMs: tookMs() };
};

/** Home Assistant as a program. */
export const createSystemOperations = (facet: Facet): Omit<SystemOperations, 'onEvents'> => {
  const { ready, guard, policy, clock } = facet;

  const read = async (type: string, doing: string, signal: AbortSignal): Promise<unknown> =>
    (await ready(signal)).socket.command({ type }, { signal, doing });

  const restart: SystemOperations['restart'] = async (approval, options) => {
    const doing = 'Restarting Home Assistant';
    guard.requireLevel('admin', doing);
    guard.requireApproval(approval, doing);
    const { signal } = options;
    const { socket } = await ready(signal);
    let back = false;
    const stop = socket.onReconnect(() => {
      back = true;
    });
    const message = { type: 'call_service', domain: 'homeassistant', service: 'restart', service_data: {} };
    try {
      await socket.command(message, { signal, write: true, doing, timeoutMs: options.waitMs }).catch((error: unknown) => {
        // It may go down before it has answered: that is what was asked for. What was never sent is a failure.
        const wentDown = isToolError(error) && error.fields.code === 'upstream_unavailable' && error.fields.sideEffects !== 'none';
        if (!wentDown) throw error;
      });
      return await untilBack(socket, () => back, { ...options, clock });
    } finally {
      stop();
    }
  };

  return {
    ...createBackupOperations(facet),
    ...createAppOperations(facet),
    restart,
    checkConfig: async (signal) => checkConfig((await ready(signal)).rest(), guard, { signal, clock }),
    users: async (signal) => {
      guard.requireLevel('admin', 'Listing users');
      return recordsIn(await read('config/auth/list', 'Reading the users', signal)).map(toUser);
    },
    signIns: async (signal) => {
      guard.requireLevel('admin', 'Listing sign-ins');
      return recordsIn(await read('auth/refresh_tokens', 'Reading the sign-ins', signal)).map(toSignIn);
    },
    releaseNotes: async (entityId, signal) => {
      const { socket } = await ready(signal);
      guard.requireEntity(entityId);
      const answer = await socket
        .command({ type: 'update/release_notes', entity_id: entityId }, { signal, doing: 'Reading the release notes', timeoutMs: 30_000 })
        .catch((error: unknown) => (isToolError(error) && error.fields.code === 'unsupported' ? undefined : Promise.reject(error)));
      return typeof answer === 'string' ? answer : undefined;
    },
    exposed: async (assistant, signal) => {
      const answer = await read('homeassistant/expose_entity/list', 'Reading what assistants may see', signal);
      const all = toRecord(toRecord(answer)['exposed_entities']);
      const shown = Object.entries(all).flatMap(([id, to]) => (isRecord(to) && to[assistant] === true && policy.visible(id) ? [id] : []));
      return new Set(shown);
    },
  };
};
