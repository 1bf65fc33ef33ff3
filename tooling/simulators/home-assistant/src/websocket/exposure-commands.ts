import { isJson, type Json, toList } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { bool, checkFields, texts } from './check-fields.ts';
import { type CommandContext, CommandError, type Commands, command } from './command.ts';

const KNOWN = ['cloud.alexa', 'cloud.google_assistant', 'conversation'];

/** Core takes ids that do not exist, and keeps them. */
function expose({ home }: CommandContext, message: Json): null {
  checkFields(message, { assistants: texts, entity_ids: texts, should_expose: bool });
  const assistants = toList(message['assistants']);
  const strange = assistants.findIndex((name) => !KNOWN.includes(name));
  if (strange >= 0) {
    const got = pythonRepr(assistants[strange]);
    throw new CommandError('invalid_format', `value must be one of ${pythonRepr(KNOWN)} @ data['assistants'][${strange}]. Got ${got}`);
  }
  const { entities, legacyExposed } = home.registries;
  for (const id of toList(message['entity_ids'])) {
    const entry = entities.get(id);
    const options = { ...(entry?.options ?? legacyExposed.get(id)) };
    for (const name of assistants) {
      const before = options[name];
      options[name] = { ...(isJson(before) ? before : {}), should_expose: message['should_expose'] };
    }
    if (!entry) legacyExposed.set(id, options);
    else if (JSON.stringify(entry.options) !== JSON.stringify(options)) {
      const changes = { options: entry.options };
      Object.assign(entry, { options, modified_at: Date.now() / 1000 });
      home.registries.changed('entity', 'update', id, { changes });
    }
  }
  return null;
}

const shownTo = (options: Json): Json =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, settings]) => (isJson(settings) && settings['should_expose'] === true ? [[name, true]] : [])),
  );

/** Which entities voice assistants see. */
export const EXPOSURE_COMMANDS: Commands = {
  'homeassistant/expose_entity': command('assistants! entity_ids! should_expose!', expose, true),
  'homeassistant/expose_entity/list': command(
    '',
    ({ home }) => {
      const { entities, legacyExposed } = home.registries;
      const all = [...legacyExposed, ...[...entities].map(([id, entry]) => [id, entry.options] as const)];
      const shown = all.map(([id, options]) => [id, shownTo(options)] as const);
      return { exposed_entities: Object.fromEntries(shown.filter(([, names]) => Object.keys(names).length > 0)) };
    },
    true,
  ),
};
