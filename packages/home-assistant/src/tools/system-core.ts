import { nearMisses, readBack, refuse, requestMs, type ToolContext, table } from '@switchyard-mcp/core';
import type { ConfigCheck } from '../domain/insight-operations.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { notReadBackNote } from '../domain/read-back.ts';
import type { SystemArgs } from './system-args.ts';
import { signInColumns, userColumns } from './system-output.ts';

type Context = ToolContext<HomeOperations>;
type Reply = Promise<Record<string, unknown>>;

/** @throws ToolError with Home Assistant's reasons when the configuration would not load. */
const requireValid = ({ valid, errors }: ConfigCheck, doing: string): void => {
  if (valid) return;
  throw refuse('conflict', `${doing}: the configuration is not valid.`, {
    ...(errors ? { why: errors } : {}),
    next: ['Mend the file that the reason names, then ha_system op="check_config".'],
  });
};

/** Would the configuration load? */
export const checkConfig = async (_args: SystemArgs, { operations, signal }: Context): Reply => ({
  ...(await operations.system.checkConfig(signal)),
});

/** Reads YAML of one domain, or of all, anew. */
export const reload = async (args: SystemArgs, { operations, signal, remainingMs }: Context): Reply => {
  const services = await operations.services(signal);
  const domains = services.filter(({ service }) => service === 'reload').map(({ domain }) => domain);
  const wanted = args.id?.trim().toLowerCase() ?? '';
  const whole = wanted === 'all' || wanted === 'core' || wanted === 'themes';
  if (!whole && !domains.includes(wanted))
    throw refuse(
      wanted === '' ? 'invalid_input' : 'not_found',
      wanted === '' ? 'id must say what to reload.' : `"${wanted.slice(0, 60)}" cannot be reloaded.`,
      {
        didYouMean: wanted === '' ? [] : nearMisses(wanted, domains),
        next: [`id is one of all, core, themes, ${domains.sort().join(', ')}; integrations: ha_integration op="reload".`],
      },
    );
  if (wanted === 'all' || wanted === 'core') requireValid(await operations.system.checkConfig(signal), 'Reloading');
  const [domain, service] =
    wanted === 'themes'
      ? ['frontend', 'reload_themes']
      : whole
        ? ['homeassistant', wanted === 'all' ? 'reload_all' : 'reload_core_config']
        : [wanted, 'reload'];
  await operations.callService(
    { domain, service, data: {}, entityIds: [], returnResponse: false },
    { signal, timeoutMs: requestMs({ remainingMs }) },
  );
  const home = await readBack(() => operations.home(signal), signal);
  if (!home) return { reloaded: wanted, note: notReadBackNote };
  const entities = [...home.seen.entities.values()].filter((entity) => entity.domain === domain && entity.state);
  return { reloaded: wanted, ...(entities.length > 0 ? { entities: entities.length } : {}) };
};

/** Restarts Core: checks first, asks, and watches until it runs again. */
export const restart = async (_args: SystemArgs, context: Context): Reply => {
  const { operations, signal, confirm, progress } = context;
  operations.requireAskable('admin', 'Restarting Home Assistant');
  const [check, config] = [await operations.system.checkConfig(signal), await operations.config(signal)];
  requireValid(check, 'Restarting');
  const approval = await confirm({
    summary: 'Restart Home Assistant',
    will: [['restart', `Core ${config.version}`, 'configuration checked: valid']],
    against: ['automations and everything else stand still meanwhile', ...(check.warnings ? [`warnings: ${check.warnings}`] : [])],
    state: [config.version, config.state],
  });
  const outcome = await operations.system.restart(approval, { signal, waitMs: requestMs(context), onProgress: progress });
  const took = `${Math.round(outcome.tookMs / 1000)} s`;
  if (!outcome.running)
    return {
      restarted: outcome.wentDown ? 'under way' : 'unknown',
      note: outcome.wentDown
        ? `it went down and is ${outcome.state ?? 'not answering'} after ${took}; ha_system op="check_config" answers once it runs`
        : `the order was sent, but Core did not go down within ${took}; ha_overview tells how it is`,
    };
  const entries = await readBack(() => operations.flows.entries(signal), signal);
  const failed = (entries?.seen ?? []).filter((entry) => !entry.disabled && entry.state.endsWith('_error'));
  return {
    restarted: true,
    took,
    state: 'running',
    ...(entries ? {} : { note: 'which integrations did not load could not be read' }),
    ...(failed.length > 0 ? { not_loaded: failed.slice(0, 10).map((entry) => [entry.domain, entry.state, entry.reason ?? '']) } : {}),
  };
};

const rights = (user: { isOwner: boolean; isAdmin: boolean; isActive: boolean; localOnly: boolean; isSystem: boolean }): string =>
  [
    user.isOwner ? 'owner' : user.isAdmin ? 'administrator' : 'user',
    user.isActive ? '' : 'inactive',
    user.localOnly ? 'local network only' : '',
    user.isSystem ? 'made by Home Assistant' : '',
  ]
    .filter(Boolean)
    .join(', ');

/** Who may sign in, and where this token's user is signed in. */
export const listUsers = async (_args: SystemArgs, { operations, signal }: Context): Reply => {
  const [users, signIns] = await Promise.all([operations.system.users(signal), operations.system.signIns(signal)]);
  const day = (at: string | undefined): string => at?.slice(0, 10) ?? '';
  return {
    total: users.length,
    ...table(
      userColumns,
      users.map((user) => [user.name, user.username ?? '', rights(user)]),
    ),
    my_sign_ins: table(
      signInColumns,
      signIns
        .slice(0, 50)
        .map((one) => [
          `${one.name}${one.isCurrent ? ' (this one)' : ''}`,
          one.type,
          day(one.createdAt),
          day(one.lastUsedAt),
          day(one.expiresAt),
        ]),
    ),
  };
};
