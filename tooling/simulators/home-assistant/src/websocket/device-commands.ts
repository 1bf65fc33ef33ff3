import { REMOVABLE } from '../home/config-entries.ts';
import type { Home } from '../home/home.ts';
import type { DeviceEntry, Json } from '../home/types.ts';
import { checkFields, text, textOrNone, texts, userOrNone } from './check-fields.ts';
import { CommandError, type Commands, command } from './command.ts';
import { removeEntity, setDisabled } from './entity-registry-commands.ts';

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

/** A disabled device disables its entities, and only those that it disabled come back with it. */
function carryDisabled(home: Home, device: DeviceEntry): void {
  const [from, to] = device.disabled_by === null ? ['device', null] : [null, 'device'];
  for (const entry of home.registries.entities.values())
    if (entry.device_id === device.id && entry.disabled_by === from) {
      setDisabled(home, entry, to);
      home.registries.changed('entity', 'update', entry.entity_id, { changes: { disabled_by: from } });
    }
}

function update(home: Home, message: Json): Json {
  checkFields(message, { device_id: text, area_id: textOrNone, name_by_user: textOrNone, disabled_by: userOrNone, labels: texts });
  const { id: _id, type: _type, device_id, ...changes } = message;
  const device = home.registries.devices.get(String(device_id));
  if (!device) throw new CommandError('unknown_error', 'Unknown error');
  const old = Object.fromEntries(
    Object.entries(changes).flatMap(([key, value]) => {
      const before = (device as unknown as Json)[key];
      return JSON.stringify(before) === JSON.stringify(value) ? [] : [[key, before]];
    }),
  );
  if (Object.keys(old).length === 0) return writeDevice(device);
  Object.assign(device, changes, { modified_at: Date.now() / 1000 });
  home.registries.changed('device', 'update', device.id, { changes: old });
  if ('disabled_by' in old) carryDisabled(home, device);
  return writeDevice(device);
}

function removeConfigEntry(home: Home, message: Json): null {
  const refuse = (why: string): never => {
    throw new CommandError('home_assistant_error', why);
  };
  const entry = home.registries.configEntries.get(String(message['config_entry_id']));
  if (!entry) return refuse('Unknown config entry');
  if (!REMOVABLE.has(entry.domain)) return refuse('Config entry does not support device removal');
  const device = home.registries.devices.get(String(message['device_id']));
  if (!device) return refuse('Unknown device');
  if (device.config_entry_id !== entry.entry_id) return refuse('Config entry not in device');
  for (const known of [...home.registries.entities.values()]) if (known.device_id === device.id) removeEntity(home, known);
  home.registries.devices.delete(device.id);
  home.registries.changed('device', 'remove', device.id);
  return null;
}

/** Devices. */
export const DEVICE_COMMANDS: Commands = {
  'config/device_registry/list': command('', ({ home }) => [...home.registries.devices.values()].map(writeDevice)),
  'config/device_registry/update': command(
    'device_id! area_id name_by_user disabled_by labels',
    ({ home }, message) => update(home, message),
    true,
  ),
  'config/device_registry/remove_config_entry': command(
    'config_entry_id! device_id!',
    ({ home }, message) => removeConfigEntry(home, message),
    true,
  ),
};
