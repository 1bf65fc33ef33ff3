import { parseDocument, type ScalarTag } from 'yaml';
import { BlueprintError, INPUT_TAG, substitute, usersOf } from '../home/blueprints.ts';
import { checkActions, checkConditions, checkTriggers } from '../home/check-config.ts';
import { slugify } from '../home/identifiers.ts';
import { isJson, type Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { checkFields, iconOrNone, text } from './check-fields.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

function validateConfig(_context: CommandContext, message: Json): Json {
  const checks = { triggers: checkTriggers, conditions: checkConditions, actions: checkActions };
  return Object.fromEntries(
    Object.entries(checks).flatMap(([key, check]) => {
      if (message[key] === undefined) return [];
      const error = check(message[key], '') ?? null;
      return [[key, { valid: error === null, error }]];
    }),
  );
}

const dashboardOf = (context: CommandContext, path: unknown): Json | undefined =>
  [...context.home.objects.dashboards.values()].find((row) => row['url_path'] === path);

function pathOf(context: CommandContext, message: Json): string {
  const path = message['url_path'] ?? null;
  if (path === null) return '';
  if (!dashboardOf(context, path)) throw new CommandError('config_not_found', `Unknown config specified: ${String(path)}`);
  return String(path);
}

function readViews(context: CommandContext, message: Json): unknown {
  const views = context.home.objects.views.get(pathOf(context, message));
  if (views === undefined) throw new CommandError('config_not_found', 'No config found.');
  return views;
}

function saveViews(context: CommandContext, message: Json): void {
  const path = pathOf(context, message);
  context.home.objects.views.set(path, message['config']);
  context.home.fire('lovelace_updated', { url_path: path === '' ? null : path, mode: 'storage' });
}

function deleteViews(context: CommandContext, message: Json): void {
  const path = pathOf(context, message);
  context.home.objects.views.delete(path);
  context.home.fire('lovelace_updated', { url_path: path === '' ? null : path, mode: 'storage' });
}

function createDashboard(context: CommandContext, { id: _id, type: _type, allow_single_word: single, ...given }: Json): Json {
  checkFields(given, { title: text, icon: iconOrNone });
  const row = { mode: 'storage', require_admin: false, show_in_sidebar: true, ...given };
  const { url_path: path, title, mode, ...rest } = row as Json;
  const shown = pythonRepr({ url_path: path, title, mode, ...rest });
  if (!String(path).includes('-') && single !== true)
    throw new CommandError('invalid_format', `Url path needs to contain a hyphen (-). Got ${shown}`);
  if (dashboardOf(context, path)) throw new CommandError('invalid_format', `Panel url path needs to be unique. Got ${shown}`);
  const stored = { id: slugify(String(path)), ...row };
  context.home.objects.dashboards.set(String(stored.id), stored);
  context.home.fire('panels_updated', {});
  return stored;
}

function findDashboard(context: CommandContext, id: unknown): Json {
  const row = context.home.objects.dashboards.get(String(id));
  if (!row) throw new CommandError('not_found', `Unable to find dashboard_id ${String(id)}`);
  return row;
}

function updateDashboard(context: CommandContext, { id: _id, type: _type, dashboard_id: id, ...changes }: Json): Json {
  checkFields(changes, { title: text, icon: iconOrNone });
  const merged = Object.fromEntries(Object.entries({ ...findDashboard(context, id), ...changes }).filter(([, value]) => value !== null));
  context.home.objects.dashboards.set(String(id), merged);
  return merged;
}

function deleteDashboard(context: CommandContext, message: Json): void {
  const row = findDashboard(context, message['dashboard_id']);
  context.home.objects.dashboards.delete(String(row['id']));
  context.home.objects.views.delete(String(row['url_path']));
}

const inputTag: ScalarTag = { tag: INPUT_TAG, resolve: (name) => ({ [INPUT_TAG]: name }) };

/** Home Assistant's check of a blueprint's text; what it parses to. */
function parseBlueprint(yaml: string, domain: string): Json {
  const document = parseDocument(yaml, { customTags: [inputTag], logLevel: 'silent' });
  const parsed: unknown = document.errors.length > 0 ? undefined : document.toJS();
  const invalid = (why: string): CommandError => new CommandError('invalid_format', `Invalid blueprint: ${why}`);
  if (!isJson(parsed)) throw new CommandError('home_assistant_error', document.errors[0]?.message ?? 'expected a dictionary');
  const head = parsed['blueprint'];
  if (!isJson(head)) throw invalid("required key not provided @ data['blueprint']. Got None");
  for (const key of ['domain', 'name'])
    if (head[key] === undefined) throw invalid(`required key not provided @ data['blueprint']['${key}']. Got None`);
  if (head['domain'] !== domain) throw invalid(`Found incorrect blueprint type ${String(head['domain'])}, expected ${domain}`);
  return parsed;
}

function saveBlueprint({ home }: CommandContext, message: Json): Json {
  const domain = String(message['domain']);
  const parsed = parseBlueprint(String(message['yaml']), domain);
  const path = String(message['path']);
  const known = home.objects.blueprints[domain]?.has(path) ?? false;
  if (known && message['allow_override'] !== true) throw new CommandError('already_exists', 'File already exists');
  const head = isJson(parsed['blueprint']) ? parsed['blueprint'] : {};
  const source = message['source_url'] === undefined ? {} : { source_url: message['source_url'] };
  home.objects.blueprints[domain]?.set(path, { ...parsed, blueprint: { ...head, ...source } });
  return { overrides_existing: known };
}

function deleteBlueprint({ home }: CommandContext, message: Json): void {
  const domain = message['domain'] === 'script' ? 'script' : 'automation';
  const path = String(message['path']);
  if (usersOf(home, domain, path).length > 0) throw new CommandError('home_assistant_error', 'Blueprint in use');
  if (!home.objects.blueprints[domain]?.delete(path))
    throw new CommandError('unknown_error', `[Errno 2] No such file or directory: '${path}'`);
}

function substituted({ home }: CommandContext, message: Json): Json {
  try {
    const input = isJson(message['input']) ? message['input'] : {};
    return { substituted_config: substitute(home, String(message['domain']), String(message['path']), input) };
  } catch (error) {
    if (error instanceof BlueprintError) throw new CommandError('unknown_error', error.message);
    throw error;
  }
}

async function importBlueprint({ home }: CommandContext, message: Json): Promise<Json> {
  let yaml: string;
  const url = String(message['url']);
  try {
    yaml = await (await fetch(url)).text();
  } catch {
    throw new CommandError('unknown_error', 'Unknown error');
  }
  const domain = /^ {2}domain: *(\w+)/m.exec(yaml)?.[1] ?? '';
  const parsed = parseBlueprint(yaml, domain);
  const { hostname, pathname } = new URL(url);
  const path = `${hostname}/${pathname
    .split('/')
    .pop()
    ?.replace(/\.yaml$/, '')}`;
  const head = isJson(parsed['blueprint']) ? parsed['blueprint'] : {};
  return {
    suggested_filename: path,
    raw_data: yaml,
    blueprint: { metadata: { ...head, source_url: url } },
    validation_errors: null,
    exists: home.objects.blueprints[domain]?.has(`${path}.yaml`) ?? false,
  };
}

const SOURCES = ['grid', 'solar', 'battery', 'gas', 'water'];

function saveEnergy({ home }: CommandContext, { id: _id, type: _type, ...given }: Json): Json {
  const sources = Array.isArray(given['energy_sources']) ? given['energy_sources'] : [];
  for (const [index, source] of sources.entries())
    if (!isJson(source) || !SOURCES.includes(String(source['type'])))
      throw new CommandError(
        'invalid_format',
        `Unexpected value for type: '${isJson(source) ? String(source['type']) : ''}'. Expected ${SOURCES.join(', ')} @ data['energy_sources'][${index}]. Got ${pythonRepr(source)}`,
      );
  home.objects.energy = { energy_sources: [], device_consumption: [], ...home.objects.energy, ...given };
  return home.objects.energy;
}

/** Dashboards, blueprints, energy settings, and the check of what is to be stored. */
export const OBJECT_COMMANDS: Commands = {
  validate_config: command('triggers conditions actions', validateConfig, true),
  'lovelace/dashboards/list': command('', ({ home }) => [...home.objects.dashboards.values()]),
  'lovelace/dashboards/create': command(
    'url_path! title! mode icon show_in_sidebar require_admin allow_single_word',
    createDashboard,
    true,
  ),
  'lovelace/dashboards/update': command('dashboard_id! title icon show_in_sidebar require_admin', updateDashboard, true),
  'lovelace/dashboards/delete': command('dashboard_id!', deleteDashboard, true),
  'lovelace/config': command('url_path force', readViews),
  'lovelace/config/save': command('url_path config!', saveViews, true),
  'lovelace/config/delete': command('url_path', deleteViews, true),
  'blueprint/list': command('domain!', ({ home }, { domain }) =>
    Object.fromEntries(
      [...(home.objects.blueprints[String(domain)] ?? [])].map(([path, blueprint]) => [path, { metadata: blueprint['blueprint'] }]),
    ),
  ),
  'blueprint/save': command('domain! path! yaml! source_url allow_override', saveBlueprint, true),
  'blueprint/delete': command('domain! path!', deleteBlueprint, true),
  'blueprint/substitute': command('domain! path! input!', substituted, true),
  'blueprint/import': command('url!', importBlueprint, true),
  'energy/get_prefs': command('', ({ home }) => {
    if (!home.objects.energy) throw new CommandError('not_found', 'No prefs');
    return home.objects.energy;
  }),
  'energy/save_prefs': command('energy_sources device_consumption device_consumption_water', saveEnergy, true),
};
