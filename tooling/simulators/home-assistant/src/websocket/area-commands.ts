import type { Home } from '../home/home.ts';
import { slugify } from '../home/identifiers.ts';
import type { DeviceEntry, Json } from '../home/types.ts';
import { type Command, CommandError, type Commands, command } from './command.ts';

function writeDevice(device: DeviceEntry): Json {
  const { config_entry_id: entry, ...rest } = device;
  return {
    ...rest,
    configuration_url: null,
    config_entries: [entry],
    config_entries_subentries: { [entry]: [null] },
    connections: [],
    entry_type: null,
    hw_version: null,
    identifiers: [['demo', device.id.slice(0, 8)]],
    model_id: null,
    primary_config_entry: entry,
    serial_number: null,
    sw_version: null,
  };
}

/** What an area, a floor and a label have in common here. */
interface Named {
  name: string;
  modified_at: number;
}

interface Kind {
  readonly kind: 'area' | 'floor' | 'label';
  readonly keys: string;
  readonly map: (home: Home) => Map<string, Named>;
  readonly add: (home: Home, name: string) => Named;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'area',
    keys: 'aliases floor_id icon labels picture humidity_entity_id temperature_entity_id',
    map: (home) => home.registries.areas,
    add: (home, name) => home.registries.addArea(name, null),
  },
  {
    kind: 'floor',
    keys: 'aliases icon level',
    map: (home) => home.registries.floors,
    add: (home, name) => home.registries.addFloor(name, 0),
  },
  {
    kind: 'label',
    keys: 'color description icon',
    map: (home) => home.registries.labels,
    add: (home, name) => home.registries.addLabel(name),
  },
];

function assign(entry: Named, message: Json): Named {
  const { id: _id, type: _type, area_id: _a, label_id: _l, ...changes } = message;
  // An area's floor_id is a field of it; a floor's own is not to be changed.
  return Object.assign(entry, changes, { modified_at: Date.now() / 1000 });
}

function registryCommands({ kind, keys, map, add }: Kind): Record<string, Command> {
  const idKey = `${kind}_id`;
  const create: Command['run'] = ({ home }, message) => {
    const name = String(message['name']);
    const taken = [...map(home).values()].find((known) => slugify(known.name) === slugify(name));
    if (taken) throw new CommandError('invalid_info', `The name ${name} (${slugify(name)}) is already in use`);
    const entry = assign(add(home, name), message);
    home.registries.changed(kind, 'create', slugify(name));
    return entry;
  };
  const update: Command['run'] = ({ home }, message) => {
    const entry = map(home).get(String(message[idKey]));
    if (!entry) throw new CommandError('unknown_error', 'Unknown error');
    home.registries.changed(kind, 'update', String(message[idKey]));
    return assign(entry, message);
  };
  const remove: Command['run'] = ({ home }, message) => {
    if (!map(home).delete(String(message[idKey])))
      throw new CommandError('invalid_info', `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ID doesn't exist`);
    home.registries.changed(kind, 'remove', String(message[idKey]));
    return 'success';
  };
  return {
    [`config/${kind}_registry/list`]: command('', ({ home }) => [...map(home).values()]),
    [`config/${kind}_registry/create`]: command(`name! ${keys}`, create, true),
    [`config/${kind}_registry/update`]: command(`${idKey}! name ${keys}`, update, true),
    [`config/${kind}_registry/delete`]: command(`${idKey}!`, remove, true),
  };
}

/** Areas, floors, labels and devices. */
export const AREA_COMMANDS: Commands = {
  ...Object.assign({}, ...KINDS.map(registryCommands)),
  'config/device_registry/list': command('', ({ home }) => [...home.registries.devices.values()].map(writeDevice)),
  'config/device_registry/update': command(
    'device_id! area_id name_by_user disabled_by labels',
    ({ home }, { id: _id, type: _type, device_id, ...changes }) => {
      const device = home.registries.devices.get(String(device_id));
      if (!device) throw new CommandError('unknown_error', 'Unknown error');
      Object.assign(device, changes, { modified_at: Date.now() / 1000 });
      home.registries.changed('device', 'update', device.id, { changes });
      return writeDevice(device);
    },
    true,
  ),
};
