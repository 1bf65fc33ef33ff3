import { continueFlow, FlowError, findFlow, startFlow } from '../flows/flow-manager.ts';
import { FLOW_HANDLERS } from '../flows/handlers.ts';
import type { FlowManagerKind } from '../flows/open-flow.ts';
import { isJson } from '../home/types.ts';
import { json, message, plain, type RestAnswer, type RestRequest, readBody } from './answer.ts';

/** Which manager a path belongs to, and what is left of it. */
function managerOf(parts: readonly string[]): { manager: FlowManagerKind; flowId: string | undefined } {
  const path = parts.join('/');
  if (path.startsWith('repairs/')) return { manager: 'repair', flowId: parts[3] };
  if (parts[2] === 'options') return { manager: 'options', flowId: parts[4] };
  if (parts[2] === 'subentries') return { manager: 'subentries', flowId: parts[4] };
  return { manager: 'config', flowId: parts[3] };
}

function refused(error: unknown): RestAnswer {
  if (!(error instanceof FlowError)) throw error;
  return error.status === 500
    ? { status: 500, text: '500 Internal Server Error\n\nServer got itself in trouble' }
    : json(error.body, error.status);
}

/** Begins a flow, shows or answers a step, aborts. */
export function flowRoute(request: RestRequest): RestAnswer {
  const { manager, flowId } = managerOf(request.parts);
  const { home, method } = request;
  const body = method === 'POST' ? readBody(request) : {};
  if (body === undefined) return message('Invalid JSON specified.', 400);
  try {
    if (flowId === undefined) return json(startFlow(home, manager, body));
    const flow = findFlow(home, manager, flowId);
    if (method === 'GET') return json(continueFlow(home, flow, undefined));
    if (method === 'POST') return json(continueFlow(home, flow, body));
    home.flows.delete(flowId);
    return message('Flow aborted');
  } catch (error) {
    return refused(error);
  }
}

/** Domains that can be set up. */
export function getHandlers({ query }: RestRequest): RestAnswer {
  const helpers = query.get('type') === 'helper';
  return json(Object.entries(FLOW_HANDLERS).flatMap(([domain, handler]) => (helpers && handler.helper !== true ? [] : [domain])));
}

/** Reloads or removes a config entry. */
export function entryRoute({ home, method, parts }: RestRequest): RestAnswer {
  const entry = home.registries.configEntries.get(parts[3] ?? '');
  if (!entry) return message('Invalid entry specified', 404);
  if (method === 'DELETE') {
    home.registries.configEntries.delete(entry.entry_id);
    for (const [id, entity] of home.registries.entities) {
      if (entity.config_entry_id !== entry.entry_id) continue;
      home.registries.entities.delete(id);
      home.remove(id);
      home.registries.changed('entity', 'remove', id);
    }
  }
  return json({ require_restart: false });
}

/** What an integration says of itself. */
export function getDiagnostics({ home, parts }: RestRequest): RestAnswer {
  const entry = home.registries.configEntries.get(parts[2] ?? '');
  const data = entry && FLOW_HANDLERS[entry.domain]?.diagnostics?.(entry);
  if (!isJson(data)) return { status: 404 };
  const about = { installation_type: 'Unsupported Third Party Container', version: '2025.4.4', dev: false, hassio: false };
  return json({ home_assistant: about, custom_components: {}, integration_manifest: { domain: entry?.domain }, setup_times: {}, data });
}

/** The log of an app, as the Supervisor hands it on. */
export function getAppLog({ home, parts }: RestRequest): RestAnswer {
  const app = home.apps?.get(parts[2] ?? '');
  return app ? { status: 200, text: app.log } : plain(404, 'Not Found');
}
