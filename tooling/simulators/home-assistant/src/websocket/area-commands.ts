import type { Home } from '../home/home.ts';
import type { Json } from '../home/types.ts';
import { checkFields, colorOrNone, type FieldCheck, iconOrNone, integerOrNone, list, text, textOrNone, texts } from './check-fields.ts';
import { type Command, CommandError, type Commands, command } from './command.ts';

/** What an area, a floor and a label have in common here. */
interface Named {
  name: string;
  modified_at: number;
}

interface Kind {
  readonly kind: 'area' | 'floor' | 'label';
  readonly checks: Readonly<Record<string, FieldCheck>>;
  readonly map: (home: Home) => Map<string, Named>;
  readonly add: (home: Home, name: string) => Named;
  /** What everything else loses with it. */
  readonly clear: (home: Home, id: string) => void;
  readonly removed: 'success' | null;
}

/** Empties a field of every entry that has this value there, and tells the bus. */
function clearEverywhere(
  home: Home,
  id: string,
  kinds: readonly ('entity' | 'device' | 'area')[],
  field: 'area_id' | 'floor_id' | 'labels',
): void {
  const { areas, devices, entities } = home.registries;
  const maps = { entity: entities, device: devices, area: areas } as const;
  for (const kind of kinds) {
    for (const [key, entry] of maps[kind] as Map<string, object>) {
      const fields = entry as Json;
      const value = fields[field];
      if (Array.isArray(value) ? !value.includes(id) : value !== id) continue;
      fields[field] = Array.isArray(value) ? value.filter((item) => item !== id) : null;
      fields['modified_at'] = Date.now() / 1000;
      home.registries.changed(kind, 'update', key, { changes: { [field]: value } });
    }
  }
}

const KINDS: readonly Kind[] = [
  {
    kind: 'area',
    checks: {
      name: text,
      aliases: list,
      floor_id: textOrNone,
      icon: textOrNone,
      labels: texts,
      picture: textOrNone,
      humidity_entity_id: textOrNone,
      temperature_entity_id: textOrNone,
    },
    map: (home) => home.registries.areas,
    add: (home, name) => home.registries.addArea(name, null),
    clear: (home, id) => clearEverywhere(home, id, ['device', 'entity'], 'area_id'),
    removed: 'success',
  },
  {
    kind: 'floor',
    checks: { name: text, aliases: list, icon: textOrNone, level: integerOrNone },
    map: (home) => home.registries.floors,
    add: (home, name) => home.registries.addFloor(name, null),
    clear: (home, id) => clearEverywhere(home, id, ['area'], 'floor_id'),
    removed: null,
  },
  {
    kind: 'label',
    checks: { name: text, color: colorOrNone, description: textOrNone, icon: iconOrNone },
    map: (home) => home.registries.labels,
    add: (home, name) => home.registries.addLabel(name),
    clear: (home, id) => clearEverywhere(home, id, ['device', 'entity', 'area'], 'labels'),
    removed: null,
  },
];

/** Names are compared without case and spaces; ids are made from them in another way. */
const normalized = (name: string): string => name.toLowerCase().replaceAll(' ', '');

function requireFree(there: Iterable<Named>, name: string, except?: Named): void {
  for (const known of there)
    if (known !== except && normalized(known.name) === normalized(name))
      throw new CommandError('invalid_info', `The name ${name} (${normalized(name)}) is already in use`);
}

const unique = (value: unknown): unknown => (Array.isArray(value) ? [...new Set(value)] : value);

function changesOf(home: Home, idKey: string, message: Json): Json {
  const { id: _id, type: _type, [idKey]: _own, ...changes } = message;
  for (const key of ['temperature_entity_id', 'humidity_entity_id'])
    if (typeof changes[key] === 'string' && !home.states.has(changes[key]))
      throw new CommandError('invalid_info', `Entity ${changes[key]} does not exist`);
  return Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, unique(value)]));
}

function registryCommands({ kind, checks, map, add, clear, removed }: Kind): Record<string, Command> {
  // An area has a floor_id of its own, which is a field and not its address.
  const idKey = `${kind}_id`;
  const keys = Object.keys(checks).filter((key) => key !== 'name');
  const create: Command['run'] = ({ home }, message) => {
    checkFields(message, checks);
    const name = String(message['name']);
    requireFree(map(home).values(), name);
    const changes = changesOf(home, idKey, message);
    const entry = Object.assign(add(home, name), changes, { modified_at: Date.now() / 1000 });
    home.registries.changed(kind, 'create', String((entry as unknown as Json)[idKey]));
    return { ...entry };
  };
  const update: Command['run'] = ({ home }, message) => {
    checkFields(message, { [idKey]: text, ...checks });
    const id = String(message[idKey]);
    const entry = map(home).get(id);
    if (!entry) throw new CommandError('unknown_error', 'Unknown error');
    const changes = changesOf(home, idKey, message);
    if (typeof changes['name'] === 'string') requireFree(map(home).values(), changes['name'], entry);
    const before = entry as unknown as Json;
    if (Object.entries(changes).every(([key, value]) => JSON.stringify(before[key]) === JSON.stringify(value))) return { ...entry };
    Object.assign(entry, changes, { modified_at: Date.now() / 1000 });
    home.registries.changed(kind, 'update', id);
    return { ...entry };
  };
  const remove: Command['run'] = ({ home }, message) => {
    const id = String(message[idKey]);
    if (!map(home).has(id)) throw new CommandError('invalid_info', `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ID doesn't exist`);
    clear(home, id);
    map(home).delete(id);
    home.registries.changed(kind, 'remove', id);
    return removed;
  };
  return {
    [`config/${kind}_registry/list`]: command('', ({ home }) => [...map(home).values()]),
    [`config/${kind}_registry/create`]: command(`name! ${keys.join(' ')}`, create, true),
    [`config/${kind}_registry/update`]: command(`${idKey}! name ${keys.join(' ')}`, update, true),
    [`config/${kind}_registry/delete`]: command(`${idKey}!`, remove, true),
  };
}

/** Areas, floors and labels. */
export const AREA_COMMANDS: Commands = Object.assign({}, ...KINDS.map(registryCommands));
