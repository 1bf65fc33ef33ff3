import type { Home } from '../home/home.ts';
import { newUlid, slugify } from '../home/identifiers.ts';
import type { ConfigEntry } from '../home/registries.ts';
import type { Json } from '../home/types.ts';
import type { FlowHandler, Step } from './flow-handler.ts';
import { type Field, field, selected, withValues } from './schema.ts';

const secret = (name: string): Field =>
  selected(name, { text: { type: 'password', multiline: false, multiple: false } }, { required: true });
const account: readonly Field[] = [
  field('string', 'host', { required: true }),
  field('string', 'username', { required: true }),
  secret('password'),
];

/** What the pretended hub says of host and password. Any password with "wrong" in it is. */
function problem(input: Json): Json | undefined {
  if (String(input['host'] ?? '').startsWith('nowhere')) return { base: 'cannot_connect' };
  return String(input['password']).includes('wrong') ? { password: 'invalid_auth' } : undefined;
}

/** Host and account, then a sign-in in the browser, then a pairing that takes its time. */
const user: Step = ({ memory }, input) => {
  if (input === undefined) return { type: 'form', schema: account, errors: {} };
  const errors = problem(input);
  if (errors) return { type: 'form', schema: withValues(account, input), errors };
  Object.assign(memory, input);
  return { type: 'step', next: 'browser' };
};

/** Tests say that the person has signed in by setting `memory.signedIn`, and that the hub is paired by `memory.paired`. */
const browser: Step = ({ memory, flowId }) =>
  memory['signedIn'] === true
    ? { type: 'external_done', next: 'pairing' }
    : { type: 'external', url: `https://hub.example/authorize?state=${flowId}` };

const pairing: Step = ({ memory }) =>
  memory['paired'] === true ? { type: 'progress_done', next: 'finish' } : { type: 'progress', action: 'press_button' };

const finish: Step = ({ memory }) => ({
  type: 'create',
  title: String(memory['host']),
  data: { host: memory['host'], username: memory['username'] },
});

const reconfigure: Step = ({ entry, home }, input) => {
  const schema = withValues(account, entry?.options ?? {});
  if (input === undefined) return { type: 'form', schema, errors: {} };
  const errors = problem(input);
  if (errors) return { type: 'form', schema, errors };
  const { password: _password, ...kept } = input;
  return change(home, entry, { options: { ...entry?.options, ...kept }, state: 'loaded', reason: null }, 'reconfigure_successful');
};

const reauth: Step = ({ entry, home }, input) => {
  if (input === undefined) return { type: 'form', schema: [secret('password')], errors: {}, placeholders: { name: entry?.title ?? '' } };
  const errors = problem(input);
  if (errors) return { type: 'form', schema: [secret('password')], errors };
  return change(home, entry, { state: 'loaded', reason: null }, 'reauth_successful');
};

function change(
  home: Home,
  entry: ConfigEntry | undefined,
  changes: Partial<ConfigEntry>,
  reason: string,
): { type: 'abort'; reason: string } {
  if (entry) home.registries.configEntries.set(entry.entry_id, { ...entry, ...changes, modified_at: Date.now() / 1000 });
  return { type: 'abort', reason };
}

const settings: readonly Field[] = [
  field('integer', 'interval', { optional: true, default: 30, valueMin: 5 }),
  {
    type: 'expandable',
    name: 'advanced',
    required: true,
    expanded: false,
    schema: [field('boolean', 'verify_ssl', { optional: true, default: true }), field('integer', 'port', { optional: true, valueMin: 1 })],
  },
];

const options: Step = ({ entry }, input) =>
  input === undefined
    ? { type: 'form', schema: withValues(settings, entry?.options ?? {}) }
    : { type: 'create', title: entry?.title ?? '', data: { ...entry?.options, ...input } };

const part: readonly Field[] = [field('string', 'name', { required: true }), field('integer', 'state', { required: true })];

const addPart: Step = ({ entry, home }, input) => {
  if (input === undefined) return { type: 'form', schema: part };
  const added = { subentry_id: newUlid(), subentry_type: 'sensor', title: String(input['name']), unique_id: null, data: input };
  if (entry) change(home, entry, { subentries: [...(entry.subentries ?? []), added] }, '');
  const entityId = `sensor.${slugify(String(input['name']))}`;
  home.registries.addEntity(entityId, entry?.domain ?? '', {
    config_entry_id: entry?.entry_id ?? null,
    original_name: String(input['name']),
  });
  home.registries.changed('entity', 'create', entityId);
  home.set(entityId, String(input['state']), { friendly_name: String(input['name']) });
  return { type: 'create', title: String(input['name']), data: input };
};

const changePart: Step = ({ entry, home, subentryId }, input) => {
  const now = entry?.subentries?.find((one) => one['subentry_id'] === subentryId);
  if (input === undefined) return { type: 'form', schema: withValues(part, (now?.['data'] as Json | undefined) ?? {}) };
  const subentries = (entry?.subentries ?? []).map((one) => (one === now ? { ...one, title: String(input['name']), data: input } : one));
  return change(home, entry, { subentries }, 'reconfigure_successful');
};

const texts = {
  'config.abort.already_configured': 'Device is already configured',
  'config.error.cannot_connect': 'Failed to connect',
  'config.error.invalid_auth': 'Invalid authentication',
  'config.step.user.title': 'Connect to the hub',
  'config.step.reauth_confirm.description': 'The password of {name} is no longer accepted.',
  'options.step.init.data_description.interval': 'Seconds between two readings',
  'config_subentries.sensor.step.add_sensor.description': 'Configure the new sensor',
  'issues.reauth_required.fix_flow.step.confirm.title': 'The account must be confirmed',
  'issues.reauth_required.fix_flow.step.confirm.description': 'Select **Submit** once the account works again',
};

const hub: FlowHandler = {
  starts: { user: 'user', reconfigure: 'reconfigure', reauth: 'reauth_confirm' },
  options: 'init',
  subentries: { sensor: { user: 'add_sensor', reconfigure: 'reconfigure_sensor' } },
  steps: {
    user,
    browser,
    pairing,
    finish,
    reconfigure,
    reauth_confirm: reauth,
    init: options,
    add_sensor: addPart,
    reconfigure_sensor: changePart,
  },
  diagnostics: (entry) => ({
    entry: { title: entry.title, options: entry.options ?? {}, api_key: 'hub-canary-key' },
    readings: Array.from({ length: 200 }, (_, at) => ({ at, value: `reading ${at}` })),
  }),
  texts,
};

/** Integrations with an account: one that can be set up, and the one that is broken in the demo home. */
export const HUB_FLOWS: Readonly<Record<string, FlowHandler>> = { acme_hub: hub, broken_cloud: hub };
