import { coreConfig } from '../core-config.ts';
import { newContext } from '../home/identifiers.ts';
import { USER_ID } from '../home/logbook.ts';
import { isJson, type Json } from '../home/types.ts';
import { writeState } from '../home/write-state.ts';
import { callService } from '../services/call.ts';
import { describeServices, findService } from '../services/catalog.ts';
import { ServiceError } from '../services/service-error.ts';
import { ENTITY_ID } from '../services/validate.ts';
import { json, message, plain, type RestAnswer, type RestRequest, readBody } from './answer.ts';

/** GET /api/states and /api/states/{id}. */
export function getStates({ home, parts }: RestRequest): RestAnswer {
  if (parts[1] === undefined) return json([...home.states.values()].map(writeState));
  const state = home.states.get(parts[1]);
  return state ? json(writeState(state)) : message('Entity not found.', 404);
}

/** POST /api/states/{id}. */
export function postState(request: RestRequest): RestAnswer {
  const id = (request.parts[1] ?? '').toLowerCase();
  const body = readBody(request);
  if (!body || !isJson(body)) return message('Invalid JSON specified.', 400);
  if (body['state'] === undefined || body['state'] === null) return message('No state specified.', 400);
  if (!ENTITY_ID.test(id)) return message('Invalid entity ID specified.', 400);
  const known = request.home.states.has(id);
  request.home.set(id, String(body['state']), isJson(body['attributes']) ? body['attributes'] : {}, newContext(USER_ID));
  const state = request.home.states.get(id);
  return json(state ? writeState(state) : {}, known ? 200 : 201, { location: `/api/states/${id}` });
}

/** DELETE /api/states/{id}. */
export function deleteState({ home, parts }: RestRequest): RestAnswer {
  return home.remove(parts[1] ?? '') ? message('Entity removed.') : message('Entity not found.', 404);
}

/** GET /api/services. */
export function getServices({ home }: RestRequest): RestAnswer {
  const services = describeServices(home.configs.script);
  return json(Object.entries(services).map(([domain, known]) => ({ domain, services: known })));
}

/** POST /api/services/{domain}/{service}: answers the states that changed meanwhile. */
export async function postService(request: RestRequest): Promise<RestAnswer> {
  const [, domain = '', service = ''] = request.parts;
  const data = readBody(request);
  if (!data) return message('Data should be valid JSON.', 400);
  const returnResponse = request.query.has('return_response');
  const refusal = refuseResponse(request, domain, service, returnResponse);
  if (refusal) return refusal;
  const changed = new Map<string, Json>();
  const context = newContext(USER_ID);
  const stop = request.home.listen((event) => {
    if (event.type === 'state_changed' && event.context.id === context.id && isJson(event.data['new_state']))
      changed.set(String(event.data['entity_id']), event.data['new_state']);
  });
  try {
    const response = await callService(request.home, request.faults, { domain, service, data, returnResponse, context });
    const states = [...changed.values()];
    return json(returnResponse ? { changed_states: states, service_response: response ?? {} } : states);
  } catch (error) {
    return failed(error);
  } finally {
    stop();
  }
}

function refuseResponse(request: RestRequest, domain: string, service: string, wanted: boolean): RestAnswer | undefined {
  const definition = findService(domain, service, request.home.configs.script);
  if (!definition) return plain(400, 'Bad Request');
  if (wanted && definition.response === 'none')
    return message('Service does not support responses. Remove return_response from request.', 400);
  if (!wanted && definition.response === 'only') {
    return message('Service call requires responses but caller did not ask for responses. Add ?return_response to query parameters.', 400);
  }
  return undefined;
}

/** A schema error is a bare 400; an error of the device or its values is a bare 500, as Core 2025.4 has it. */
function failed(error: unknown): RestAnswer {
  if (error instanceof ServiceError && (error.code === 'invalid_format' || error.code === 'not_found')) return plain(400, 'Bad Request');
  return { status: 500, text: '500 Internal Server Error\n\nServer got itself in trouble', headers: { connection: 'close' } };
}

/** GET /api/config, /api/components, /api/events. */
export function getConfig({ home, parts }: RestRequest): RestAnswer {
  const config = coreConfig(home);
  if (parts[0] === 'components') return json(config['components']);
  if (parts[0] === 'events')
    return json([
      { event: '*', listener_count: 1 },
      { event: 'state_changed', listener_count: 3 },
      { event: 'call_service', listener_count: 1 },
    ]);
  return json(config);
}

/** POST /api/events/{type}. */
export function postEvent(request: RestRequest): RestAnswer {
  const body = readBody(request);
  if (!body) return message('Event data should be valid JSON.', 400);
  const type = request.parts[1] ?? '';
  request.home.fire(type, body, newContext(USER_ID));
  return message(`Event ${type} fired.`);
}
