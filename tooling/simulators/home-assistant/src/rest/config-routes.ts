import { BlueprintError, effectiveConfig } from '../home/blueprints.ts';
import { checkAutomation, checkScene, checkScript } from '../home/check-config.ts';
import { slugify } from '../home/identifiers.ts';
import { isJson, type Json } from '../home/types.ts';
import { addAutomation, addScene, addScript } from '../seed/demo-configs.ts';
import { json, message, plain, type RestAnswer, type RestRequest, readBody } from './answer.ts';

type Kind = 'automation' | 'script' | 'scene';

function kindOf(request: RestRequest): Kind | undefined {
  const kind = request.parts[1];
  return request.parts[2] === 'config' && (kind === 'automation' || kind === 'script' || kind === 'scene') ? kind : undefined;
}

/** Core calls its own reload service after every change. */
function reloaded(request: RestRequest, kind: Kind): void {
  request.home.fire('call_service', { domain: kind, service: 'reload', service_data: {} });
  if (kind !== 'script') request.home.fire(`${kind}_reloaded`, {});
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
  const problem = problemOf(request, kind, id, body);
  if (problem !== undefined) return message(problem, 400);
  const stored = ordered(kind, id, body);
  if (kind === 'automation') addAutomation(request.home, stored);
  else if (kind === 'script') addScript(request.home, id, stored);
  else addScene(request.home, stored);
  reloaded(request, kind);
  return json({ result: 'ok' });
}

const checks = { automation: checkAutomation, script: checkScript, scene: checkScene } as const;

/** What Core says of a body, blueprints put in; undefined when it takes it. */
function problemOf(request: RestRequest, kind: Kind, id: string, body: Json): string | undefined {
  if (kind === 'script' && !/^[a-z0-9_]+$/.test(id)) return `Key malformed: invalid slug ${id} (try ${slugify(id)})`;
  try {
    const problem = checks[kind](kind === 'scene' ? body : effectiveConfig(request.home, kind, body));
    return problem === undefined ? undefined : `Message malformed: ${problem}`;
  } catch (error) {
    if (error instanceof BlueprintError) return `Message malformed: ${error.message}`;
    throw error;
  }
}

const FIRST_KEYS: Readonly<Record<Kind, readonly string[]>> = {
  automation: ['alias', 'description', 'triggers', 'conditions', 'actions'],
  script: [],
  scene: ['name', 'entities'],
};

/** Core writes some keys first. The body's own id wins over the one in the address, whoever's it is. */
function ordered(kind: Kind, id: string, body: Json): Json {
  const first = FIRST_KEYS[kind].filter((key) => body[key] !== undefined);
  return { ...(kind === 'script' ? {} : { id }), ...Object.fromEntries(first.map((key) => [key, body[key]])), ...body };
}

/** DELETE of the same. */
export function deleteStored(request: RestRequest): RestAnswer {
  const kind = kindOf(request);
  const id = request.parts[3] ?? '';
  if (!kind) return plain(404, 'Not Found');
  if (!request.home.configs[kind].delete(id)) return message('Resource not found', 400);
  reloaded(request, kind);
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
