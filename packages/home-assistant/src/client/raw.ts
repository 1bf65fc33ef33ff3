import { type Approval, refuse, type ToolError } from '@switchyard-mcp/core';
import { textOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { ServiceCall } from '../domain/model.ts';
import { kindOfRaw, type RawKind, type RawRequest, type RestLine, restLineOf } from '../domain/raw-kind.ts';
import type { RawOperations } from '../domain/raw-operations.ts';
import { secretsIn, withoutSecrets } from '../domain/secret-names.ts';
import type { Facet } from './facet.ts';
import { beforeAsking } from './guard.ts';
import { refusedRequest } from './rest-answer.ts';

type Raw = Readonly<Record<string, unknown>>;

const hidden = (): ToolError =>
  refuse('permission_denied', 'The request was refused.', {
    why: 'It reaches entities outside those this server may use, or could.',
    next: ['Use the other tools, which show what may be seen.'],
  });

const idsOf = (value: unknown): readonly string[] =>
  typeof value === 'string' ? value.split(',').map((id) => id.trim()) : textsOf({ value }, 'value');

/** The call behind a raw one; areas, devices and labels among its targets stay in the data, where the guard refuses them. */
const callIn = ({ command, data }: RawRequest, rest: RestLine | undefined): ServiceCall | undefined => {
  const [, domain, service] = rest ? (/^\/api\/services\/(\w+)\/(\w+)/.exec(rest.path) ?? []) : [];
  if (domain !== undefined && service !== undefined && rest?.method === 'POST') {
    const { entity_id: ids, ...others } = data;
    return {
      domain: domain.toLowerCase(),
      service: service.toLowerCase(),
      data: others,
      entityIds: idsOf(ids),
      returnResponse: rest.path.includes('return_response'),
    };
  }
  if (command !== 'call_service') return undefined;
  const [target, inner] = [data['target'], data['service_data']].map((value): Raw => toRecord(value));
  const { entity_id: ids, ...places } = target ?? {};
  const { entity_id: more, ...others } = inner ?? {};
  return {
    // Home Assistant takes LOCK for lock.
    domain: (textOf(data, 'domain') ?? '').toLowerCase(),
    service: (textOf(data, 'service') ?? '').toLowerCase(),
    data: { ...others, ...places },
    entityIds: [...idsOf(ids), ...idsOf(more)],
    returnResponse: data['return_response'] === true,
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** Raw requests; `enabled` comes from the settings. */
export const createRawOperations = ({ ready, guard, policy, runtime }: Facet, enabled: boolean): RawOperations => {
  const requireEnabled = (): void => {
    if (!enabled)
      throw refuse('permission_denied', 'Raw requests are switched off.', {
        why: 'The settings of this server do not allow them.',
        next: ['The person who set it up can switch them on with HOMEASSISTANT_RAW=true.'],
      });
  };

  const check = async (
    request: RawRequest,
    kind: RawKind,
    options: { readonly approval?: Approval | undefined; readonly signal: AbortSignal },
  ): Promise<void> => {
    if (kind === 'never')
      throw refuse('permission_denied', `${request.command.slice(0, 60)} is never sent from here.`, {
        why: 'It makes or ends sign-ins, renders a template past its rules, or answers more than once.',
        next: ['ha_template renders templates, ha_wait waits for events, ha_snapshot takes pictures.'],
      });
    guard.requireLevel(kind === 'read' || kind === 'evaluates' ? 'read' : 'admin', `Sending ${request.command.slice(0, 60)}`);
    const call = callIn(request, restLineOf(request.command));
    if (policy.restricted && (kind === 'evaluates' || (kind === 'write' && !call))) throw hidden();
    if (guard.mentionsHidden(request.command) || guard.mentionsHidden(request.data)) throw hidden();
    if (kind !== 'write') return;
    const doing = `Sending ${request.command.slice(0, 60)}`;
    guard.requireAskable('admin', doing);
    if (call) await checkCall(call, options);
    guard.requireApproval(options.approval, doing);
  };

  const checkCall = async (
    call: ServiceCall,
    options: { readonly approval?: Approval | undefined; readonly signal: AbortSignal },
  ): Promise<void> => {
    const there = await ready(options.signal);
    // The guard looks at states, so the picture of the home must be there.
    await there.home(options.signal);
    const find = async () =>
      (await there.services(options.signal)).find((one) => one.domain === call.domain && one.service === call.service);
    await guard.checkCall(call, options.approval, find);
  };

  const overRest = async ({ method, path }: RestLine, request: RawRequest, signal: AbortSignal): Promise<unknown> => {
    const write = kindOfRaw(request) === 'write';
    const rest = (await ready(signal)).rest();
    const doing = `Sending ${method} ${path.slice(0, 80)}`;
    const answer = method === 'GET' ? await rest.text(path, signal) : await rest.send({ method, path, body: request.data, write }, signal);
    const body = typeof answer.body === 'string' ? parsed(answer.body) : answer.body;
    if (answer.status >= 200 && answer.status < 300) return body;
    throw refusedRequest({ status: answer.status, body }, doing, method !== 'GET');
  };

  return {
    check: async (request, signal) => {
      requireEnabled();
      await ready(signal);
      await beforeAsking(() => check(request, kindOfRaw(request), { signal }));
    },
    send: async (request, options) => {
      requireEnabled();
      for (const secret of secretsIn(request.data)) runtime.secrets.keep(secret);
      const { signal, timeoutMs } = options;
      const there = await ready(signal);
      const kind = kindOfRaw(request);
      await check(request, kind, options);
      const rest = restLineOf(request.command);
      const { id: _id, type: _type, ...data } = request.data;
      const answer = rest
        ? await overRest(rest, request, signal)
        : await there.socket.command(
            { ...data, type: request.command },
            { signal, timeoutMs, write: kind === 'write', doing: `Sending ${request.command.slice(0, 60)}` },
          );
      // A write is done by now, so its answer is left out rather than refused.
      if (guard.mentionsHidden(answer)) {
        if (kind === 'write') return 'not shown';
        throw hidden();
      }
      return withoutSecrets(answer);
    },
  };
};
