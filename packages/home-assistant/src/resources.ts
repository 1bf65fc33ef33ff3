import { type ResourceDefinition, table, within } from '@switchyard-mcp/core';
import { entityMeant } from './domain/entity-refs.ts';
import { nameOfArea } from './domain/findables.ts';
import type { Entity, Home } from './domain/model.ts';
import type { HomeOperations } from './domain/operations.ts';
import { stateWords } from './format/state-words.ts';
import { objectResources } from './object-resources.ts';

type Resource = ResourceDefinition<HomeOperations>;
const json = 'application/json';
const body = (value: unknown) => ({ mimeType: json, text: JSON.stringify(value) });

/** More lines than this nobody reads, and a model pays for each. */
const mostRows = 2000;

/** Long names and values make rows heavy; beyond this a client would choke. */
const mostBytes = 200_000;

const capped = (columns: readonly string[], rows: readonly (readonly unknown[])[]): Record<string, unknown> => {
  const shown = table(columns, rows.slice(0, mostRows));
  let bytes = 0;
  const fitting = shown.rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    return bytes > mostBytes;
  });
  const kept = fitting < 0 ? shown.rows : shown.rows.slice(0, fitting);
  return { total: rows.length, ...(kept.length < rows.length ? { shown: kept.length } : {}), columns: shown.columns, rows: kept };
};

/** Cameras and media players carry a token in their attributes, alone and inside the address of their picture. */
const secretAttributes = new Set(['access_token', 'entity_picture', 'entity_picture_local', 'token']);
const longestValue = 4000;

const shownAttributes = (attributes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => {
  const entries = Object.entries(attributes).filter(([key]) => !secretAttributes.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      const text = JSON.stringify(value) ?? '';
      return [key, text.length <= longestValue ? value : `${text.slice(0, longestValue)}… (${text.length} characters in all)`];
    }),
  );
};

const stateRow = (home: Home, entity: Entity, nowMs: number): readonly unknown[] => [
  entity.entityId,
  entity.name,
  nameOfArea(home, entity.areaId) ?? '',
  stateWords(entity.state, nowMs),
];

const list = (
  name: string,
  { title, description, rows }: { title: string; description: string; rows: (home: Home, nowMs: number) => Record<string, unknown> },
): Resource => ({
  name,
  title,
  description,
  uri: `ha://${name}`,
  mimeType: json,
  level: 'read',
  read: async (operations, _variables, signal) => body(rows(await operations.home(signal), operations.clock.now())),
});

const states = list('states', {
  title: 'All states',
  description: 'Every visible entity with name, area and state',
  rows: (home, nowMs) =>
    capped(
      ['id', 'name', 'area', 'state'],
      [...home.entities.values()].filter((entity) => !entity.disabled && !entity.hidden).map((entity) => stateRow(home, entity, nowMs)),
    ),
});

const entityIdIn = (uri: string): string => {
  const part = uri.slice('ha://states/'.length);
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const state: Resource = {
  name: 'state',
  title: 'One state',
  description: 'State and attributes of one entity; updates can be subscribed to',
  uri: 'ha://states/{entity_id}',
  mimeType: json,
  level: 'read',
  read: async (operations, variables, signal) => {
    const entity = await entityMeant(operations, variables['entity_id'] ?? '', signal);
    const area = nameOfArea(await operations.home(signal), entity.areaId);
    const since = entity.state ? new Date(entity.state.lastChangedAt).toISOString() : undefined;
    return body({
      id: entity.entityId,
      name: entity.name,
      area,
      state: entity.state?.state,
      since,
      attributes: shownAttributes(entity.state?.attributes),
    });
  },
  complete: async (operations, _variable, typed) => {
    const home = await within({ clock: operations.clock, ms: 5000 }, ({ signal }) => operations.home(signal));
    const part = typed.toLowerCase();
    const ids = [...home.entities.keys()];
    return [...ids.filter((id) => id.startsWith(part)), ...ids.filter((id) => !id.startsWith(part) && id.includes(part))].slice(0, 101);
  },
  watch: (operations, uri, changed) => {
    const stop = operations.onStateChange([entityIdIn(uri)], () => changed());
    const connecting = new AbortController();
    // Changes come only over a connection; a failure to connect is told by the next read.
    operations.home(connecting.signal).catch(() => undefined);
    return () => {
      connecting.abort();
      stop();
    };
  },
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
  ...objectResources,
];
