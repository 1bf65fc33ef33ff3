import { refuse, requestMs, type ToolContext, type ToolError, table } from '@switchyard-mcp/core';
import type { HomeOperations } from '../domain/operations.ts';
import { notReadBack, notReadBackNote } from '../domain/read-back.ts';
import type { App, AppAct } from '../domain/system-operations.ts';
import type { SystemArgs } from './system-args.ts';
import { appColumns } from './system-output.ts';

type Context = ToolContext<HomeOperations>;
type Reply = Promise<Record<string, unknown>>;

const mostRows = 60;
/** The end of a log tells what is wrong now. */
const longestLog = 6000;

const words = (app: App | undefined): string => (app?.state === undefined ? 'not installed' : `${app.state} ${app.version ?? ''}`.trim());

/** Installed apps, or those of the store. */
export const listApps = async (args: SystemArgs, { operations, signal }: Context): Reply => {
  const apps = await operations.system.apps(args.id === 'store' ? 'store' : 'installed', signal);
  const wanted = args.id === undefined || args.id === 'store' ? apps : apps.filter((app) => app.slug === args.id);
  if (wanted.length === 0 && args.id !== undefined) throw unknownApp(args.id);
  return {
    total: wanted.length,
    ...table(
      appColumns,
      wanted
        .slice(0, mostRows)
        .map((app) => [
          app.slug,
          app.name,
          words(app),
          app.latest === app.version ? '' : (app.latest ?? ''),
          (app.description ?? '').slice(0, wanted.length === 1 ? 300 : 60),
        ]),
    ),
  };
};

const unknownApp = (slug: string): ToolError =>
  refuse('not_found', `There is no app ${slug.slice(0, 60)}.`, {
    next: ['ha_system op="apps" lists the installed ones, with id="store" all.'],
  });

const slugOf = (args: SystemArgs): string => {
  if (args.id) return args.id;
  throw refuse('invalid_input', `op="${args.op}" needs the app's slug as id.`);
};

/** The end of an app's log. */
export const appLogs = async (args: SystemArgs, { operations, signal }: Context): Reply => {
  const log = await operations.system.appLogs(slugOf(args), signal);
  const end = log.slice(-longestLog);
  return { slug: args.id, ...(end.length < log.length ? { total_chars: log.length, note: 'the end only' } : {}), log: end };
};

/** Starts, stops, updates… an app; asks first. */
export const actOnApp = async (args: SystemArgs, context: Context): Reply => {
  const { operations, signal, confirm } = context;
  const slug = slugOf(args);
  operations.requireAskable('admin', `Changing the app ${slug}`);
  const act = args.op.replace('_app', '') as AppAct;
  const known = await operations.system.apps(act === 'install' ? 'store' : 'installed', signal);
  const before = known.find((app) => app.slug === slug);
  if (!before) throw unknownApp(slug);
  const approval = await confirm({
    summary: `${act} the app ${slug}`,
    will: [[act, slug, words(before)]],
    ...(act === 'uninstall' ? { against: ['its data goes with it'] } : {}),
    state: [slug, before.state, before.version],
  });
  const { app: after, isReadBack } = await operations.system.actOnApp(act, slug, { approval, signal, timeoutMs: requestMs(context) });
  if (!isReadBack) return { rows: [[slug, words(before), notReadBack]], verified: false, note: notReadBackNote };
  return { rows: [[slug, words(before), words(after)]], verified: reached(act, before, after) };
};

const reached = (act: AppAct, before: App, after: App | undefined): boolean => {
  switch (act) {
    case 'uninstall':
      return after?.state === undefined;
    case 'install':
      return after?.state !== undefined;
    case 'stop':
      return after?.state === 'stopped';
    case 'update':
      return after?.version !== undefined && after.version === before.latest;
    default:
      return after?.state === 'started';
  }
};
