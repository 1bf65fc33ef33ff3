import { isToolError, readBack, refuse, type ToolError } from '@switchyard-mcp/core';
import { isRecord, recordsIn, textOf } from '@switchyard-mcp/core/json';
import type { App, SystemOperations } from '../domain/system-operations.ts';
import type { Facet } from './facet.ts';

type Raw = Readonly<Record<string, unknown>>;

const noSupervisor = (): ToolError =>
  refuse('unsupported', 'There is no Supervisor here, so there are no apps (add-ons).', {
    why: 'Only Home Assistant OS and Supervised installations have one.',
    next: ['Run the program beside Home Assistant, for instance in a container.'],
  });

const noApp = (slug: string): ToolError =>
  refuse('not_found', `There is no app ${slug.slice(0, 60)}.`, {
    next: ['ha_system op="apps" lists the installed ones, with id="store" all.'],
  });

/** Slugs become part of an address of the Supervisor. */
const checkSlug = (slug: string): void => {
  if (!/^[a-z0-9_-]{1,80}$/i.test(slug)) throw noApp(slug);
};

const toApp = (raw: Raw, installed: boolean): App | undefined => {
  const slug = textOf(raw, 'slug');
  if (slug === undefined) return undefined;
  const [state, version, latest, description] = ['state', 'version', 'version_latest', 'description'].map((key) => textOf(raw, key));
  const here = installed || raw['installed'] === true || (typeof raw['installed'] === 'string' && raw['installed'] !== '');
  return {
    slug,
    name: textOf(raw, 'name') ?? slug,
    ...(here && state !== undefined ? { state } : {}),
    ...(here && version !== undefined ? { version } : {}),
    ...(latest === undefined ? {} : { latest }),
    ...(description === undefined ? {} : { description }),
  };
};

/** Apps, asked of the Supervisor through Core. */
export const createAppOperations = ({ ready, guard }: Facet): Pick<SystemOperations, 'apps' | 'appLogs' | 'actOnApp'> => {
  const ask = async (
    request: { readonly method: 'get' | 'post'; readonly endpoint: string; readonly doing: string; readonly timeoutMs?: number },
    signal: AbortSignal,
  ): Promise<unknown> => {
    const { method, endpoint, doing, timeoutMs = 30_000 } = request;
    const { socket } = await ready(signal);
    const message = { type: 'supervisor/api', endpoint, method, timeout: Math.ceil(timeoutMs / 1000) };
    return socket.command(message, { signal, doing, timeoutMs, write: method === 'post' }).catch((error: unknown) => {
      throw isToolError(error) && error.fields.code === 'unsupported' ? noSupervisor() : error;
    });
  };

  const apps: SystemOperations['apps'] = async (which, signal) => {
    guard.requireLevel('read', 'Listing apps');
    const endpoint = which === 'store' ? '/store' : '/addons';
    const answer = await ask({ method: 'get', endpoint, doing: 'Reading the apps' }, signal);
    return recordsIn(isRecord(answer) ? answer['addons'] : []).flatMap((raw) => toApp(raw, which === 'installed') ?? []);
  };

  return {
    apps,
    appLogs: async (slug, signal) => {
      guard.requireLevel('admin', 'Reading the log of an app');
      checkSlug(slug);
      if (!(await apps('installed', signal)).some((app) => app.slug === slug)) throw noApp(slug);
      // The log is plain text, which only the REST proxy of Core hands on.
      const answer = await (await ready(signal)).rest().text(`/api/hassio/addons/${encodeURIComponent(slug)}/logs`, signal);
      if (answer.status !== 200) throw refuse('upstream_error', `The log of ${slug} could not be read (${answer.status}).`);
      if (guard.mentionsHidden(answer.body))
        throw refuse('permission_denied', 'This log is not shown.', { why: 'It speaks of entities outside those this server may use.' });
      return answer.body;
    },
    actOnApp: async (act, slug, { approval, signal, timeoutMs }) => {
      const doing = `${act[0]?.toUpperCase()}${act.slice(1)} of the app ${slug}`;
      guard.requireLevel('admin', doing);
      guard.requireApproval(approval, doing);
      checkSlug(slug);
      const inStore = act === 'install' || act === 'update';
      await ask({ method: 'post', endpoint: `/${inStore ? 'store/addons' : 'addons'}/${slug}/${act}`, doing, timeoutMs }, signal);
      const list = await readBack(() => apps('installed', signal), signal);
      return { app: list?.seen.find((app) => app.slug === slug), isReadBack: list !== undefined };
    },
  };
};
