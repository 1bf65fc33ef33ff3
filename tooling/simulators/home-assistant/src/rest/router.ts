import { message, plain, type RestAnswer, type RestRequest } from './answer.ts';
import { deleteStored, getStored, postStored } from './config-routes.ts';
import { entryRoute, flowRoute, getAppLog, getDiagnostics, getHandlers } from './flow-routes.ts';
import { getCalendars, getErrorLog, getHistory, getLogbook, getPicture, postTemplate } from './past-routes.ts';
import { deleteState, getConfig, getServices, getStates, postEvent, postService, postState } from './state-routes.ts';

type Handler = (request: RestRequest) => RestAnswer | Promise<RestAnswer>;
type Methods = Readonly<Record<string, Handler>>;

const FLOW_METHODS: Methods = { GET: flowRoute, POST: flowRoute, DELETE: flowRoute };

/** Routes by pattern: `*` is one path part, a trailing `?` an optional one. */
const ROUTES: readonly (readonly [pattern: string, methods: Methods, adminOnly?: boolean])[] = [
  ['states', { GET: getStates }],
  ['states/*', { GET: getStates, POST: postState, DELETE: deleteState }],
  ['config', { GET: getConfig }],
  ['components', { GET: getConfig }],
  ['events', { GET: getConfig }],
  ['events/*', { POST: postEvent }, true],
  ['services', { GET: getServices }],
  ['services/*/*', { POST: postService }],
  ['history/period', { GET: getHistory }],
  ['history/period/*', { GET: getHistory }],
  ['logbook', { GET: getLogbook }],
  ['logbook/*', { GET: getLogbook }],
  ['camera_proxy/*', { GET: getPicture }],
  ['image_proxy/*', { GET: getPicture }],
  ['template', { POST: postTemplate }, true],
  ['calendars', { GET: getCalendars }],
  ['calendars/*', { GET: getCalendars }],
  ['error_log', { GET: getErrorLog }, true],
  ['config/core/check_config', { POST: postStored }, true],
  ['config/config_entries/flow', { POST: flowRoute }, true],
  ['config/config_entries/flow/*', FLOW_METHODS, true],
  ['config/config_entries/flow_handlers', { GET: getHandlers }, true],
  ['config/config_entries/(?:options|subentries)/flow', { POST: flowRoute }, true],
  ['config/config_entries/(?:options|subentries)/flow/*', FLOW_METHODS, true],
  ['repairs/issues/fix', { POST: flowRoute }, true],
  ['repairs/issues/fix/*', FLOW_METHODS, true],
  ['config/config_entries/entry/*', { DELETE: entryRoute }, true],
  ['config/config_entries/entry/*/reload', { POST: entryRoute }, true],
  ['diagnostics/config_entry/*', { GET: getDiagnostics }, true],
  ['hassio/addons/*/logs', { GET: getAppLog }, true],
  ['config/*/config/*', { GET: getStored, POST: postStored, DELETE: deleteStored }, true],
];

const MATCHERS = ROUTES.map(([pattern, methods, adminOnly]) => ({
  expression: new RegExp(`^${pattern.replaceAll('*', '[^/]+')}$`),
  methods,
  adminOnly: adminOnly === true,
}));

const SIGNED = new Set(['camera_proxy', 'image_proxy']);

/** Answers one request. `path` starts with `/api/`; a path without a route is 404 before the token is looked at, as in Core. */
export async function route(request: RestRequest, path: string, role: 'admin' | 'guest' | undefined): Promise<RestAnswer> {
  if (path === '/api/') return role === undefined ? plain(401, 'Unauthorized') : message('API running.');
  const matched = MATCHERS.find(({ expression }) => expression.test(path.slice('/api/'.length)));
  if (!matched || !path.startsWith('/api/')) return plain(404, 'Not Found');
  const handler = matched.methods[request.method];
  if (!handler) return plain(405, 'Method Not Allowed', { allow: [...Object.keys(matched.methods), 'OPTIONS'].join(',') });
  const signed = SIGNED.has(request.parts[0] ?? '');
  if (role === undefined && !(signed && hasAccess(request))) return signed ? plain(403, 'Forbidden') : plain(401, 'Unauthorized');
  const writesState = request.parts[0] === 'states' && request.method !== 'GET';
  if (role === 'guest' && (matched.adminOnly || writesState)) return plain(401, 'Unauthorized');
  return handler(request);
}

/** A picture's own token or a signed path stands in for the Authorization header. */
function hasAccess(request: RestRequest): boolean {
  if (request.query.has('authSig')) return true;
  const token = request.query.get('token');
  return token !== null && request.home.states.get(request.parts[1] ?? '')?.attributes['access_token'] === token;
}
