import { type ResourceDefinition, table } from '@switchyard-mcp/core';
import { nameOfArea } from './domain/findables.ts';
import type { Entity, Home } from './domain/model.ts';
import type { HomeOperations } from './domain/operations.ts';
import { resolveEntity } from './domain/resolve-targets.ts';
import { stateWords } from './format/state-words.ts';

type Resource = ResourceDefinition<HomeOperations>;
const json = 'application/json';
const body = (value: unknown) => ({ mimeType: json, text: JSON.stringify(value) });

/** More lines than this nobody reads, and a model pays for each. */
const mostRows = 2000;

const capped = (columns: readonly string[], rows: readonly (readonly unknown[])[]): Record<string, unknown> => ({
  total: rows.length,
  ...(rows.length > mostRows ? { shown: mostRows } : {}),
  ...table(columns, rows.slice(0, mostRows)),
});

const stateRow = (home: Home, entity: Entity): readonly unknown[] => [
  entity.entityId,
  entity.name,
  nameOfArea(home, entity.areaId) ?? '',
  stateWords(entity.state),
];

const list = (
  name: string,
  { title, description, rows }: { title: string; description: string; rows: (home: Home) => Record<string, unknown> },
): Resource => ({
  name,
  title,
  description,
  uri: `ha://${name}`,
  mimeType: json,
  level: 'read',
  read: async (operations, _variables, signal) => body(rows(await operations.home(signal))),
});

const states: Resource = {
  ...list('states', {
    title: 'All states',
    description: 'Every visible entity with name, area and state',
    rows: (home) =>
      capped(
        ['id', 'name', 'area', 'state'],
        [...home.entities.values()].filter((entity) => !entity.disabled && !entity.hidden).map((entity) => stateRow(home, entity)),
      ),
  }),
};

const state: Resource = {
  name: 'state',
  title: 'One state',
  description: 'State and attributes of one entity; updates can be subscribed to',
  uri: 'ha://states/{entity_id}',
  mimeType: json,
  level: 'read',
  read: async (operations, variables, signal) => {
    const home = await operations.home(signal);
    const entity = resolveEntity(home, variables['entity_id'] ?? '');
    return body({
      id: entity.entityId,
      name: entity.name,
      area: nameOfArea(home, entity.areaId),
      state: entity.state?.state,
      attributes: entity.state?.attributes,
    });
  },
  complete: async (operations, _variable, typed) => {
    const home = await operations.home(AbortSignal.timeout(5000));
    const part = typed.toLowerCase();
    const ids = [...home.entities.keys()];
    return [...ids.filter((id) => id.startsWith(part)), ...ids.filter((id) => !id.startsWith(part) && id.includes(part))].slice(0, 101);
  },
  watch: (operations, uri, changed) => operations.onStateChange([decodeURIComponent(uri.slice('ha://states/'.length))], changed),
};

/** What can be read without a tool. */
export const homeAssistantResources: readonly Resource[] = [
  states,
  state,
  {
    name: 'config',
    title: 'Configuration',
    description: 'Version, location, time zone, units and loaded integrations',
    uri: 'ha://config',
    mimeType: json,
    level: 'read',
    read: async (operations, _variables, signal) => body(await operations.config(signal)),
  },
  {
    name: 'services',
    title: 'Actions',
    description: 'All actions by domain, with the names of their fields',
    uri: 'ha://services',
    mimeType: json,
    level: 'read',
    read: async (operations, _variables, signal) => {
      const services = await operations.services(signal);
      return body(
        capped(
          ['action', 'fields'],
          services.map((service) => [`${service.domain}.${service.service}`, service.fields.map((field) => field.name).join(' ')]),
        ),
      );
    },
  },
  list('areas', {
    title: 'Areas',
    description: 'Areas with their floors',
    rows: (home) =>
      capped(
        ['id', 'name', 'floor', 'aliases'],
        [...home.areas.values()].map((area) => [
          area.areaId,
          area.name,
          home.floors.get(area.floorId ?? '')?.name ?? '',
          area.aliases.join(', '),
        ]),
      ),
  }),
  list('floors', {
    title: 'Floors',
    description: 'Floors of the home',
    rows: (home) =>
      capped(
        ['id', 'name', 'level'],
        [...home.floors.values()].map((floor) => [floor.floorId, floor.name, floor.level ?? '']),
      ),
  }),
  list('labels', {
    title: 'Labels',
    description: 'Labels in use',
    rows: (home) =>
      capped(
        ['id', 'name'],
        [...home.labels.values()].map((label) => [label.labelId, label.name]),
      ),
  }),
  list('devices', {
    title: 'Devices',
    description: 'Devices with area and model',
    rows: (home) =>
      capped(
        ['id', 'name', 'area', 'model'],
        [...home.devices.values()].map((device) => [
          device.deviceId,
          device.name,
          nameOfArea(home, device.areaId) ?? '',
          [device.manufacturer, device.model].filter(Boolean).join(' '),
        ]),
      ),
  }),
];
