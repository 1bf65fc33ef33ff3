import type { FaultControls } from '../faults.ts';
import type { Home } from '../home/home.ts';
import { expandGroups, refreshGroups, resolveTarget } from '../home/target.ts';
import { type Context, type HomeState, type Json, toList } from '../home/types.ts';
import { findService, type ServiceDefinition } from './catalog.ts';
import { HANDLERS } from './handlers.ts';
import { domainOf, type ServiceCall } from './service-call.ts';
import { ServiceError, validationError } from './service-error.ts';
import { validateData } from './validate.ts';

export interface CallRequest {
  readonly domain: string;
  readonly service: string;
  readonly data: Json;
  readonly returnResponse: boolean;
  readonly context: Context;
}

/** Runs a service as Core does: strict about the schema, silent about entities that do not exist. */
export async function callService(home: Home, faults: FaultControls, request: CallRequest): Promise<unknown> {
  const { domain, service, data } = request;
  const definition = findService(domain, service, home.configs.script);
  if (!definition) throw notFound(domain, service);
  checkResponse(definition, request.returnResponse);
  validateData(definition, data);
  home.fire('call_service', { domain, service, service_data: data }, request.context);
  if (faults.ignores(domain, service)) return definition.response === 'none' ? undefined : {};
  const call = makeCall(home, faults, definition, request);
  const handler = HANDLERS[`${domain}.${service}`] ?? HANDLERS[`${domain}.*`];
  return await handler?.(call);
}

function makeCall(home: Home, faults: FaultControls, definition: ServiceDefinition, request: CallRequest): ServiceCall {
  const name = `${request.domain}.${request.service}`;
  return {
    home,
    domain: request.domain,
    service: request.service,
    data: request.data,
    context: request.context,
    targets: targetsOf(home, definition, request.data),
    put: (entityId, state, attributes = {}) => {
      home.patch(entityId, state, attributes, request.context, name);
      refreshGroups(home, new Set([entityId]));
    },
    nested: (domain, service, data, context = request.context) =>
      callService(home, faults, { domain, service, data, returnResponse: false, context }),
  };
}

function targetsOf(home: Home, definition: ServiceDefinition, data: Json): HomeState[] {
  const ids = resolveTarget(home, data);
  const missing = toList(data['entity_id']).filter((id) => id !== 'all' && id !== 'none' && !home.states.has(id));
  if (missing.length > 0)
    home.warn('homeassistant.helpers.service', `Referenced entities ${missing.join(', ')} are missing or not currently available`);
  const domains = definition.target ?? [];
  return expandGroups(home, ids)
    .map((id) => home.states.get(id))
    .filter((state): state is HomeState => state !== undefined && state.state !== 'unavailable')
    .filter((state) => domains[0] === '*' || domains.length === 0 || domains.includes(domainOf(state.entityId)));
}

function notFound(domain: string, service: string): ServiceError {
  return new ServiceError('not_found', `Service ${domain}.${service} not found.`, {
    translation_key: 'service_not_found',
    translation_placeholders: { domain, service },
    translation_domain: 'homeassistant',
  });
}

function checkResponse(definition: ServiceDefinition, wanted: boolean): void {
  const placeholders = { return_response: 'return_response=True' };
  if (definition.response === 'only' && !wanted) {
    throw validationError(
      'The action requires responses and must be called with return_response=True',
      'homeassistant',
      'service_lacks_response_request',
      placeholders,
    );
  }
  if (definition.response === 'none' && wanted) {
    throw validationError(
      "An action which does not return responses can't be called with return_response=True",
      'homeassistant',
      'service_does_not_support_response',
      placeholders,
    );
  }
}
