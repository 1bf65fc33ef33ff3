import { type ResourceDefinition, refuse, table, within } from '@switchyard-mcp/core';
import { findDevice } from './domain/find.ts';
import { deviceClasses, type House } from './domain/model.ts';
import type { VivintOperations } from './domain/operations.ts';
import { problemsOf } from './domain/words.ts';
import { formOf } from './format/device-rows.ts';
import { knownPartitionRows, partitionColumns, partitionRows } from './format/partition-rows.ts';
import { asOf, zoneOf } from './format/times.ts';

type Resource = ResourceDefinition<VivintOperations>;
const json = 'application/json';
const body = (value: unknown) => ({ mimeType: json, text: JSON.stringify(value) });

/** Reads the home as it is now, and shows what is taken from it under its age. */
const ofHouse =
  (fields: (house: House) => object): ResourceDefinition<VivintOperations>['read'] =>
  async (operations, _variables, signal) => {
    const house = await operations.house(signal);
    return body({ ...asOf(house, operations.clock.now()), ...fields(house) });
  };

/** Tells of changes of what `look` makes of the home, and only of those. */
const watch =
  (look: (house: House, uri: string) => string): NonNullable<Resource['watch']> =>
  (operations, uri, changed) => {
    const stopped = new AbortController();
    let last: string | undefined;
    let looking = false;
    let again = false;
    const check = (): void => {
      if (stopped.signal.aborted) return;
      // What changes while it is looked at may have come too late for that look.
      again = looking;
      if (looking) return;
      looking = true;
      operations
        // What the last message left is enough here: nothing is asked of the cloud for every change.
        .house(stopped.signal, { maxAgeMs: Number.POSITIVE_INFINITY })
        .then((house) => {
          const now = look(house, uri);
          if (last !== undefined && last !== now && !stopped.signal.aborted) changed();
          last = now;
        })
        // A failure is told by the next read.
        .catch(() => undefined)
        .finally(() => {
          looking = false;
          if (again) check();
        });
    };
    const stop = operations.onChange(check);
    check();
    return () => {
      stopped.abort();
      stop();
    };
  };

const deviceIdIn = (uri: string): string => {
  const part = uri.slice('vivint://devices/'.length);
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const deviceRows = (house: House): readonly (readonly unknown[])[] =>
  house.systems.flatMap((system) => system.devices.map((device) => formOf(undefined).row(device, system, zoneOf(house))));

const deviceBody = (house: House, id: string): Record<string, unknown> => {
  const device = findDevice(house, id);
  const system = house.systems.find(({ systemId }) => systemId === device.systemId);
  if (system === undefined) throw refuse('not_found', 'The system of this device is gone.');
  const { columns, row } = formOf(device.class);
  const cells = row(device, system, system.timeZone);
  const fields = Object.fromEntries(columns.map((column, index) => [column, cells[index]]).filter(([, value]) => value !== ''));
  return { ...fields, class: device.class, system: device.systemId, partition: device.partitionId, problems: problemsOf(device) };
};

/** What can be read without a tool. */
export const vivintResources: readonly Resource[] = [
  {
    name: 'status',
    title: 'Status of the home',
    description: 'Armed state of every partition, and whether it is ready; updates can be subscribed to',
    uri: 'vivint://status',
    mimeType: json,
    level: 'read',
    read: async (operations, _variables, signal) => {
      const house = await operations.house(signal);
      const rows = await partitionRows(house.systems, zoneOf(house), ({ systemId, partitionId }) =>
        operations.lastArming(systemId, partitionId, signal),
      );
      return body({ ...asOf(house, operations.clock.now()), ...table(partitionColumns, rows) });
    },
    watch: watch((house) => JSON.stringify(knownPartitionRows(house, zoneOf(house)))),
  },
  {
    name: 'devices',
    title: 'All devices',
    description: 'Every visible device with state, battery and problems; updates can be subscribed to',
    uri: 'vivint://devices',
    mimeType: json,
    level: 'read',
    read: ofHouse((house) => table(formOf(undefined).columns, deviceRows(house))),
    watch: watch((house) => JSON.stringify(deviceRows(house))),
  },
  {
    name: 'device',
    title: 'One device',
    description: 'Everything known of one device; updates can be subscribed to',
    uri: 'vivint://devices/{id}',
    mimeType: json,
    level: 'read',
    read: async (operations, variables, signal) => {
      const house = await operations.house(signal);
      const found = deviceBody(house, variables['id'] ?? '');
      const system = house.systems.find(({ systemId }) => systemId === found['system']);
      return body({ ...asOf(house, operations.clock.now(), system), ...found });
    },
    complete: async (operations, _variable, typed) => {
      const house = await within({ clock: operations.clock, ms: 5000 }, ({ signal }) => operations.house(signal));
      const ids = house.systems.flatMap(({ devices }) => devices.map(({ deviceId }) => deviceId));
      return ids.filter((id) => id.startsWith(typed)).slice(0, 101);
    },
    watch: watch((house, uri) => JSON.stringify(deviceBody(house, deviceIdIn(uri)))),
  },
  {
    name: 'systems',
    title: 'Systems',
    description: 'Systems with partitions, time zone, delays and how many devices of each class',
    uri: 'vivint://systems',
    mimeType: json,
    level: 'read',
    read: ofHouse((house) => ({
      stream: house.stream,
      systems: house.systems.map((system) => ({
        id: system.systemId,
        name: system.name,
        administrator: system.isAdmin,
        time_zone: system.timeZone,
        unit: `°${system.temperatureUnit}`,
        partitions: system.partitions.map(({ partitionId }) => partitionId),
        entry_delay_s: system.entryDelaySeconds,
        exit_delay_s: system.exitDelaySeconds,
        devices: Object.fromEntries(
          deviceClasses
            .map((name) => [name, system.devices.filter((device) => device.class === name).length])
            .filter(([, count]) => count !== 0),
        ),
        left_out: system.leftOut,
      })),
    })),
  },
];
