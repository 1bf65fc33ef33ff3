/** A request in Home Assistant's own words. */
export interface RawRequest {
  /** Type of a WebSocket command, or "GET /api/config". */
  readonly command: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * `read`: known to change nothing. `write`: everything else, whatever it is called.
 * `evaluates`: a read whose answer can depend on any entity without naming it.
 * `never`: makes or ends sign-ins, or lasts beyond one answer.
 */
export type RawKind = 'read' | 'write' | 'evaluates' | 'never';

const stored = [
  'input_boolean',
  'input_button',
  'input_number',
  'input_select',
  'input_text',
  'input_datetime',
  'counter',
  'timer',
  'schedule',
];

/** Command types that only read, as Core 2025.4 to 2026.11 has them. A type that is missing here counts as a write. */
const reads: ReadonlySet<string> = new Set([
  ...['get_states', 'get_config', 'get_services', 'get_panels', 'validate_config', 'ping'],
  ...['area', 'device', 'entity', 'floor', 'label', 'category'].map((kind) => `config/${kind}_registry/list`),
  ...['list_for_display', 'get', 'get_entries'].map((word) => `config/entity_registry/${word}`),
  ...['config_entries/get', 'config_entries/get_single', 'config_entries/flow/progress', 'config_entries/subentries/list'],
  ...[
    'automation/config',
    'script/config',
    'trace/list',
    'trace/get',
    'trace/contexts',
    'search/related',
    'blueprint/list',
    'blueprint/substitute',
  ],
  ...['system_log/list', 'logger/log_info', 'repairs/list_issues', 'repairs/get_issue_data', 'entity/source', 'diagnostics/list'],
  ...['manifest/list', 'manifest/get', 'integration/setup_info', 'integration/descriptions', 'hardware/info', 'network'],
  ...['auth/current_user', 'auth/refresh_tokens', 'config/auth/list', 'person/list', 'zone/list', 'tag/list'],
  ...stored.map((domain) => `${domain}/list`),
  ...['homeassistant/expose_entity/list', 'homeassistant/expose_new_entities/get', 'conversation/agent/list'],
  ...[
    'assist_pipeline/pipeline/list',
    'assist_pipeline/pipeline/get',
    'assist_pipeline/pipeline_debug/list',
    'assist_pipeline/pipeline_debug/get',
  ],
  ...['lovelace/dashboards/list', 'lovelace/config', 'lovelace/info', 'lovelace/resources'],
  ...['energy/get_prefs', 'energy/info', 'energy/validate', 'energy/solar_forecast', 'energy/fossil_energy_consumption'],
  ...['recorder/info', 'recorder/list_statistic_ids', 'recorder/get_statistics_metadata', 'recorder/validate_statistics'],
  ...['recorder/statistics_during_period', 'recorder/statistic_during_period', 'history/history_during_period', 'logbook/get_events'],
  ...['todo/item/list', 'persistent_notification/get', 'backup/info', 'backup/details', 'backup/agents/info', 'backup/config/info'],
  ...[
    'frontend/get_translations',
    'frontend/get_themes',
    'frontend/get_icons',
    'update/list',
    'update/release_notes',
    'media_source/browse_media',
  ],
  ...['extract_from_target', 'get_triggers_for_target', 'get_conditions_for_target', 'get_services_for_target'],
  ...['zha/devices', 'zha/device', 'zha/groups', 'zwave_js/network_status', 'zwave_js/node_status', 'hacs/info', 'hacs/repositories/list'],
]);

const evaluating: ReadonlySet<string> = new Set(['test_condition']);

/** Sign-ins are for people; subscriptions answer more than once, and templates come as one. */
const never =
  /^(?:auth|subscribe_.*|unsubscribe_events|.*\/subscribe.*|.*\/start_preview|render_template|supported_features|auth\/.*|config\/auth\/.*|config\/auth_provider\/.*|cloud\/(?:login|logout|register).*)$/;

const restReads =
  /^\/api\/(?:|config|components|events|services|states(?:\/[^/]+)?|history\/period(?:\/[^/]+)?|logbook(?:\/[^/]+)?|error_log|calendars(?:\/[^/]+)?|config\/(?:automation|script|scene)\/config\/[^/]+|config\/config_entries\/(?:entry|flow_handlers)|hassio\/[\w/]+\/(?:logs|info|stats))$/;
const restNever = /^\/api\/(?:websocket|onboarding|hassio_auth|file_upload|camera_proxy_stream|stream|template|webhook)(?:\/|$)/;
const restLine = /^(GET|POST|PUT|DELETE) (\/\S+)$/;

export interface RestLine {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
}

/** "GET /api/config" taken apart; undefined for a WebSocket command. */
export const restLineOf = (command: string): RestLine | undefined => {
  const [, method, path] = restLine.exec(command.trim()) ?? [];
  return method === undefined || path === undefined ? undefined : { method: method as RestLine['method'], path };
};

/** A path as the server reads it; undefined when it cannot. */
const asRead = (path: string): string | undefined => {
  try {
    return decodeURIComponent(new URL(decodeURIComponent(path), 'http://home').pathname);
  } catch {
    return undefined;
  }
};

const kindOfRest = ({ method, path }: RestLine): RawKind => {
  const [plain = ''] = path.split('?', 1);
  // Home Assistant takes "%74emplate" for "template", and "x/../template" too.
  const meant = asRead(plain);
  if ([plain, meant].some((form) => form === undefined || !form.startsWith('/api/') || restNever.test(form))) return 'never';
  if (method === 'POST' && plain === '/api/config/core/check_config') return 'read';
  return method === 'GET' && restReads.test(plain) ? 'read' : 'write';
};

/** How a raw request must be treated. */
export const kindOfRaw = ({ command, data }: RawRequest): RawKind => {
  const rest = restLineOf(command);
  if (rest) return kindOfRest(rest);
  if (reads.has(command)) return 'read';
  if (evaluating.has(command)) return 'evaluates';
  if (never.test(command)) return 'never';
  return command === 'supervisor/api' && (data['method'] ?? 'get') === 'get' ? 'read' : 'write';
};
