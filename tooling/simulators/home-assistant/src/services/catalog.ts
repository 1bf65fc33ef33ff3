import type { Json } from '../home/types.ts';
import { SERVICE_TABLE } from './service-table.ts';

export interface FieldDefinition {
  readonly name: string;
  readonly section: string | undefined;
  readonly required: boolean;
  readonly selector: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly options: readonly string[] | undefined;
}

export interface ServiceDefinition {
  readonly domain: string;
  readonly service: string;
  /** Domains it acts on, `*` for any; undefined when it takes no target. */
  readonly target: readonly string[] | undefined;
  readonly response: 'none' | 'optional' | 'only';
  readonly fields: readonly FieldDefinition[];
}

const CATALOG = new Map<string, ServiceDefinition>();
for (const line of SERVICE_TABLE) {
  const parsed = parseLine(line);
  CATALOG.set(`${parsed.domain}.${parsed.service}`, parsed);
}

function parseLine(line: string): ServiceDefinition {
  const [name = '', ...rest] = line.split(' ');
  const [domain = '', service = ''] = name.split('.');
  const target = rest
    .find((part) => part.startsWith('@'))
    ?.slice(1)
    .split(',');
  const response = rest.find((part) => part.startsWith('~'))?.slice(1);
  const fields = rest.filter((part) => !part.startsWith('@') && !part.startsWith('~')).map(parseField);
  return { domain, service, target, fields, response: response === 'only' ? 'only' : response === 'optional' ? 'optional' : 'none' };
}

function parseField(text: string): FieldDefinition {
  const [left = '', right = ''] = text.split(':');
  const [section, bare] = left.includes('>') ? left.split('>') : [undefined, left];
  const [selector = 'text', limits] = right.split('=');
  const [min, max] = limits?.includes('..') ? limits.split('..').map(Number) : [undefined, undefined];
  const name = (bare ?? '').replace('!', '');
  return {
    name,
    section,
    required: left.endsWith('!'),
    selector,
    min,
    max,
    options: selector === 'select' ? limits?.split(',') : undefined,
  };
}

/** The definition of a service; scripts are services too. */
export function findService(domain: string, service: string, scripts: ReadonlyMap<string, Json>): ServiceDefinition | undefined {
  const known = CATALOG.get(`${domain}.${service}`);
  if (known || domain !== 'script' || !scripts.has(service)) return known;
  return { domain, service, target: undefined, response: 'optional', fields: [] };
}

/** Examples that Core gives where its selector says less than the field takes. */
const EXAMPLES: Readonly<Record<string, string>> = {
  'timer.start.duration': '00:01:00 or 60',
  'timer.change.duration': '00:01:00, 60 or -60',
};

/** All services in the shape of get_services. */
export function describeServices(scripts: ReadonlyMap<string, Json>): Record<string, Record<string, Json>> {
  const out: Record<string, Record<string, Json>> = {};
  for (const definition of CATALOG.values()) (out[definition.domain] ??= {})[definition.service] = describe(definition);
  for (const [id, config] of scripts) {
    const fields = typeof config['fields'] === 'object' ? config['fields'] : {};
    (out['script'] ??= {})[id] = {
      name: config['alias'] ?? id,
      description: config['description'] ?? '',
      fields,
      response: { optional: true },
    };
  }
  return out;
}

function describe(definition: ServiceDefinition): Json {
  const fields: Record<string, Json> = {};
  for (const field of definition.fields) {
    if (field.section === undefined) {
      const example = EXAMPLES[`${definition.domain}.${definition.service}.${field.name}`];
      fields[field.name] = { ...describeField(field), ...(example === undefined ? {} : { example }) };
      continue;
    }
    const section = (fields[field.section] ??= { collapsed: true, fields: {} });
    (section['fields'] as Json)[field.name] = describeField(field);
  }
  const name = sentence(definition.service);
  const out: Json = { name, description: `${name}: ${definition.domain.replaceAll('_', ' ')}.`, fields };
  if (definition.target) out['target'] = { entity: definition.target[0] === '*' ? [{}] : [{ domain: definition.target }] };
  if (definition.response !== 'none') out['response'] = { optional: definition.response === 'optional' };
  return out;
}

function describeField(field: FieldDefinition): Json {
  const limits: Json = {};
  if (field.min !== undefined) Object.assign(limits, { min: field.min, max: field.max });
  if (field.options) limits['options'] = field.options;
  const out: Json = { selector: { [field.selector]: Object.keys(limits).length > 0 ? limits : null } };
  if (field.required) out['required'] = true;
  return { ...out, name: sentence(field.name), description: `${sentence(field.name)}.` };
}

function sentence(id: string): string {
  const text = id.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
