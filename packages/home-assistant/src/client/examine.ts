import { type DoctorCheck, isToolError, listEntries, nearMisses, type Runtime, type SettingsOf } from '@switchyard-mcp/core';
import { entityLists, type HomeAssistantSettings } from '../config.ts';
import { createHomeOperations } from './home-operations.ts';
import { createPolicy } from './policy.ts';

type Settings = SettingsOf<HomeAssistantSettings>;

export interface ExamineOptions {
  readonly settings: Settings;
  readonly runtime: Runtime;
  /** For a report that strangers may read: without names of people, of the home and of entities. */
  readonly redacted: boolean;
}

/** Hiding a kind of entity before the first one is there is foresight, no slip of the pen. */
const kinds = new Set(
  [
    'alarm_control_panel automation binary_sensor button calendar camera climate counter cover device_tracker event fan group humidifier',
    'image input_boolean input_button input_datetime input_number input_select input_text lawn_mower light lock media_player notify number',
    'person remote scene schedule script select sensor siren sun switch text timer todo update vacuum valve water_heater weather zone',
  ].flatMap((line) => line.split(' ')),
);

/** An entry of a list that matches nothing hides or shows nothing: what it was meant for stays as it is. */
const checkList = (
  name: 'allow' | 'deny',
  { list, ids, redacted }: { list: string | undefined; ids: readonly string[]; redacted: boolean },
): readonly DoctorCheck[] => {
  const idle = listEntries(list, entityLists).filter(
    ({ entry, matches }) => !kinds.has(entry.replace(/\.\*$/, '')) && !ids.some((id) => matches([id])),
  );
  return idle.map(({ entry }): DoctorCheck => {
    const present = new Set(ids.map((id) => id.slice(0, id.indexOf('.'))));
    const near = nearMisses(entry, entry.includes('.') ? ids : [...new Set([...present, ...kinds])], 3);
    const meant = redacted || near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`;
    const effect = name === 'deny' ? 'so it hides nothing' : 'so it shows nothing';
    return {
      id: name,
      status: 'problem',
      seen: `"${redacted && entry.includes('.') ? '[entity]' : entry}" matches no entity, ${effect}${meant}`,
      mend: `correct or remove it in HOMEASSISTANT_${name.toUpperCase()}.`,
    };
  });
};

const failureOf = (error: unknown): DoctorCheck => {
  if (!isToolError(error)) return { id: 'address', status: 'problem', seen: 'unexpected failure', mend: 'update this server.' };
  const { code, what, why, next } = error.fields;
  return {
    id: code === 'auth_failed' || code === 'auth_required' ? 'token' : 'address',
    status: 'problem',
    seen: [what, why].filter(Boolean).join(' '),
    mend: next?.join(' ') || 'make a new token under your profile → Security.',
  };
};

/** Checks address, token and Core one after the other, and whether the lists of the settings mean anything in this home. */
export async function* examine({ settings, runtime, redacted }: ExamineOptions, signal: AbortSignal): AsyncIterable<DoctorCheck> {
  const { allow, deny } = settings;
  // The lists are held against the whole home: what they hide is there as well.
  const operations = createHomeOperations({ ...settings, allow: undefined, deny: undefined }, { ...runtime, level: 'read' });
  const { clock } = runtime;
  const startedAt = clock.monotonic();
  try {
    const config = await operations.config(signal);
    yield { id: 'address', status: 'ok', seen: `${settings.url ?? ''}, ${Math.round(clock.monotonic() - startedAt)} ms` };
    if (settings.insecureTls === true)
      yield {
        id: 'certificate',
        // The person has chosen this, so it is no problem; but it is never left unsaid.
        status: 'warning',
        seen: 'not checked, since insecure TLS is on: anybody on the network can read the token',
        mend: 'set HOMEASSISTANT_CA_FILE instead.',
      };
    const rights = config.isAdmin ? 'an administrator' : 'not an administrator';
    yield { id: 'token', status: 'ok', seen: redacted ? rights : `${config.userName}, ${rights}` };
    const ids = [...(await operations.home(signal)).entities.keys()];
    const policy = createPolicy({ allow, deny, level: 'read' });
    const shown = policy.restricted ? `${ids.filter(policy.visible).length} of ${ids.length} entities visible` : `${ids.length} entities`;
    const running = config.state === 'RUNNING';
    yield {
      id: 'core',
      status: running ? 'ok' : 'problem',
      seen: `Core ${config.version}${redacted ? '' : ` "${config.locationName}"`}, ${config.state}, ${shown}`,
      ...(running ? {} : { mend: 'wait until Home Assistant has started.' }),
    };
    // While Core starts, entities are still missing.
    if (running) yield* [...checkList('allow', { list: allow, ids, redacted }), ...checkList('deny', { list: deny, ids, redacted })];
  } catch (error) {
    yield failureOf(error);
    yield { id: 'core', status: 'skipped', seen: 'not tried' };
  } finally {
    await operations.close();
  }
}
