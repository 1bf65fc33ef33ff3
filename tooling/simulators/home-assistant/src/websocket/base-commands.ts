import { coreConfig } from '../core-config.ts';
import { stableId } from '../home/identifiers.ts';
import { USER_ID } from '../home/logbook.ts';
import { TARGET_KEYS } from '../home/target.ts';
import { isJson, type Json, toList } from '../home/types.ts';
import { writeState } from '../home/write-state.ts';
import { callService } from '../services/call.ts';
import { describeServices } from '../services/catalog.ts';
import { ENTITY_ID } from '../services/validate.ts';
import { pythonRepr } from '../template/values.ts';
import { type CommandContext, CommandError, type Commands, command, userContext } from './command.ts';

async function runService(context: CommandContext, message: Json): Promise<Json> {
  const target = isJson(message['target']) ? message['target'] : {};
  for (const id of toList(target['entity_id'])) {
    if (id === 'all' || id === 'none' || ENTITY_ID.test(id.toLowerCase())) continue;
    const value = target['entity_id'];
    throw new CommandError(
      'invalid_format',
      `not a valid value for dictionary value @ data['target']['entity_id']. Got ${pythonRepr(value)}`,
    );
  }
  const cause = userContext();
  const lists = Object.fromEntries(TARGET_KEYS.filter((key) => target[key] !== undefined).map((key) => [key, toList(target[key])]));
  const response = await callService(context.home, context.faults, {
    domain: String(message['domain']),
    service: String(message['service']),
    data: { ...(isJson(message['service_data']) ? message['service_data'] : {}), ...lists },
    returnResponse: message['return_response'] === true,
    context: cause,
  });
  return message['return_response'] === true ? { context: cause, response: response ?? {} } : { context: cause };
}

function currentUser(context: CommandContext): Json {
  return {
    id: context.isAdmin ? USER_ID : stableId('guest'),
    name: context.isAdmin ? 'Ada Tester' : 'Bob Guest',
    is_owner: context.isAdmin,
    is_admin: context.isAdmin,
    credentials: [{ auth_provider_type: 'homeassistant', auth_provider_id: null }],
    mfa_modules: [{ id: 'totp', name: 'Authenticator app', enabled: false }],
  };
}

function panels(): Json {
  const panel = (url: string, component: string, title: string | null, admin = false): Json => ({
    component_name: component,
    icon: null,
    title,
    config: null,
    url_path: url,
    require_admin: admin,
    config_panel_domain: null,
  });
  return {
    lovelace: { ...panel('lovelace', 'lovelace', 'Overview'), config: { mode: 'storage' } },
    history: panel('history', 'history', 'history'),
    logbook: panel('logbook', 'logbook', 'logbook'),
    config: panel('config', 'config', 'config', true),
    profile: panel('profile', 'profile', null),
  };
}

/** The commands every client starts with. */
export const BASE_COMMANDS: Commands = {
  supported_features: command('features!', (context, { features }) => {
    if (isJson(features) && features['coalesce_messages'] === 1) context.afterResult(context.coalesce);
  }),
  get_states: command('', ({ home }) => [...home.states.values()].map(writeState)),
  get_config: command('', ({ home }) => coreConfig(home)),
  get_services: command('', ({ home }) => describeServices(home.configs.script)),
  get_panels: command('', panels),
  'auth/current_user': command('', currentUser),
  'auth/sign_path': command('path! expires', (_, { path }) => ({ path: `${String(path)}?authSig=${stableId(String(path))}` })),
  call_service: command('domain! service! service_data target return_response', runService),
  fire_event: command(
    'event_type! event_data',
    ({ home }, { event_type, event_data }) => {
      const context = userContext();
      home.fire(String(event_type), isJson(event_data) ? event_data : {}, context);
      return { context };
    },
    true,
  ),
};
