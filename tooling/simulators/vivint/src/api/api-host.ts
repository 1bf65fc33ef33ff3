import { type Answer, type HostRequest, page, refusal } from '../http/answer.ts';
import type { Account } from '../login/accounts.ts';
import { CONTROL_ROUTES } from './control-routes.ts';
import { READ_ROUTES } from './read-routes.ts';
import type { ApiParts, Route } from './route.ts';

const MATCHERS = [...READ_ROUTES, ...CONTROL_ROUTES].map((route) => ({
  ...route,
  expression: new RegExp(`^/api/${route.pattern.replaceAll(/\{(\w+)\}/g, '(?<$1>\\d+)')}$`),
}));

/** www.vivintsky.com/api: who asks is checked before anything else. */
export class ApiHost {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  handle(request: HostRequest): Answer {
    const account = this.#parts.tokens.accountOf(String(request.headers['authorization'] ?? ''));
    // A stale session is refused by the proxy in front, in HTML.
    if (!account) return page(401, '401 Authorization Required');
    this.#parts.hub.touch(account);
    const found = MATCHERS.map((matcher) => ({ matcher, match: matcher.expression.exec(request.path) })).filter(({ match }) => match);
    const fitting = found.find(({ matcher }) => matcher.method === request.method);
    if (!fitting) return found.length > 0 ? refusal(405, 'Method Not Allowed') : page(404, '404 Not Found');
    return this.#answer(account, request, fitting);
  }

  #answer(account: Account, request: HostRequest, { matcher, match }: { matcher: Route; match: RegExpExecArray | null }): Answer {
    const ids = match?.groups ?? {};
    const panelId = Number(ids['panid'] ?? 0);
    const access = account.systems.find((system) => system.panelId === panelId);
    if ('panid' in ids && !access) return refusal(403, 'You do not have access to this system');
    const partition = this.#parts.cloud.partition(panelId, Number(ids['parid']));
    if ('parid' in ids && !partition) return refusal(404, 'No such partition');
    const place = this.#parts.cloud.find(panelId, Number(ids['id']));
    if ('id' in ids && !place) return refusal(404, 'No such device');
    if ('id' in ids && 'parid' in ids && place?.partition !== partition) return refusal(404, 'No such device in this partition');
    return matcher.answer({ ...this.#parts, account, request, panelId, admin: access?.admin ?? false, partition, place });
  }
}
