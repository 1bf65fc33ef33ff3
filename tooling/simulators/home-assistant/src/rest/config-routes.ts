import { isJson } from '../home/types.ts';
import { addAutomation, addScene, addScript } from '../seed/demo-configs.ts';
import { json, message, plain, type RestAnswer, type RestRequest, readBody } from './answer.ts';

type Kind = 'automation' | 'script' | 'scene';

function kindOf(request: RestRequest): Kind | undefined {
  const kind = request.parts[1];
  return request.parts[2] === 'config' && (kind === 'automation' || kind === 'script' || kind === 'scene') ? kind : undefined;
}

/** GET /api/config/{automation,script,scene}/config/{id}. */
export function getStored(request: RestRequest): RestAnswer {
  const kind = kindOf(request);
  if (!kind) return plain(404, 'Not Found');
  const config = request.home.configs[kind].get(request.parts[3] ?? '');
  return config ? json(config) : message('Resource not found', 404);
}

/** POST of the same: a full replacement; also check_config. */
export function postStored(request: RestRequest): RestAnswer {
  const { configErrors: errors = null } = request.home;
  if (request.parts.join('/') === 'config/core/check_config')
    return json({ result: errors === null ? 'valid' : 'invalid', errors, warnings: null });
  const kind = kindOf(request);
  const id = request.parts[3] ?? '';
  if (!kind) return plain(404, 'Not Found');
  const body = readBody(request);
  if (!body || !isJson(body)) return message('Invalid JSON specified', 400);
  const problem = check(kind, id, body);
  if (problem !== undefined) return message(`Message malformed: ${problem}`, 400);
  if (kind === 'automation') addAutomation(request.home, { ...body, id });
  else if (kind === 'script') addScript(request.home, id, body);
  else addScene(request.home, { ...body, id });
  return json({ result: 'ok' });
}

function check(kind: Kind, id: string, body: Record<string, unknown>): string | undefined {
  if (kind === 'automation' && body['triggers'] === undefined && body['trigger'] === undefined)
    return "required key not provided @ data['triggers']";
  if (kind === 'automation' && body['actions'] === undefined && body['action'] === undefined)
    return "required key not provided @ data['actions']";
  if (kind === 'script' && !/^[a-z0-9_]+$/.test(id)) return `invalid slug ${id} (try ${id.toLowerCase().replace(/\W+/g, '_')})`;
  if (kind === 'script' && body['sequence'] === undefined) return "required key not provided @ data['sequence']";
  return kind === 'scene' && body['entities'] === undefined ? "required key not provided @ data['entities']" : undefined;
}

/** DELETE of the same. */
export function deleteStored(request: RestRequest): RestAnswer {
  const kind = kindOf(request);
  const id = request.parts[3] ?? '';
  if (!kind) return plain(404, 'Not Found');
  if (!request.home.configs[kind].delete(id)) return message('Resource not found', 400);
  const entry = [...request.home.registries.entities.values()].find(
    (known) => known.entity_id.startsWith(`${kind}.`) && known.unique_id === id,
  );
  if (entry) {
    request.home.registries.entities.delete(entry.entity_id);
    request.home.remove(entry.entity_id);
    request.home.registries.changed('entity', 'remove', entry.entity_id);
  }
  return json({ result: 'ok' });
}
