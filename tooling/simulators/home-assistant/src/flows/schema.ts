import { isJson, type Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';

/** A field as voluptuous_serialize writes it. */
export type Field = Json;

/** A plain field such as `string`, `integer` or `boolean`. */
export function field(type: string, name: string, more: Json = {}): Field {
  return { type, name, ...more };
}

/** A field with a selector. */
export function selected(name: string, selector: Json, more: Json = {}): Field {
  return { selector, name, ...more };
}

/** The same schema with what is stored now as suggested values. */
export function withValues(schema: readonly Field[], values: Json): Field[] {
  return schema.map((one) => {
    const name = String(one['name']);
    if (Array.isArray(one['schema'])) {
      const inner = isJson(values[name]) ? values[name] : {};
      return { ...one, schema: withValues(one['schema'] as Field[], inner) };
    }
    return values[name] === undefined ? one : { ...one, description: { suggested_value: values[name] } };
  });
}

type Errors = Record<string, string | string[]>;

/** What Core answers to values that do not fit; undefined when they do. Defaults are filled in. */
export function check(schema: readonly Field[], input: Json): { errors: Errors } | { values: Json } {
  const errors: Errors = {};
  const values = checkLevel(schema, input, { errors, path: '' });
  return Object.keys(errors).length > 0 ? { errors } : { values };
}

function checkLevel(schema: readonly Field[], input: Json, at: { errors: Errors; path: string }): Json {
  const values: Json = {};
  const names = schema.map((one) => String(one['name']));
  for (const key of Object.keys(input)) if (!names.includes(key)) addBase(at.errors, `extra keys not allowed @ data${at.path}['${key}']`);
  for (const one of schema) {
    const name = String(one['name']);
    const given = input[name] ?? one['default'];
    if (given === undefined) {
      if (one['required'] === true && one['type'] !== 'expandable') at.errors[name] = 'required key not provided';
      continue;
    }
    values[name] =
      Array.isArray(one['schema']) && isJson(given)
        ? checkLevel(one['schema'] as Field[], given, { errors: at.errors, path: `${at.path}['${name}']` })
        : checkValue(one, given, at);
  }
  return values;
}

function addBase(errors: Errors, text: string): void {
  errors['base'] = [...[errors['base'] ?? []].flat(), text];
}

function checkValue(one: Field, value: unknown, { errors, path }: { errors: Errors; path: string }): unknown {
  const name = String(one['name']);
  const refuse = (text: string): void => {
    if (path === '') errors[name] = text;
    else addBase(errors, `${text} for dictionary value @ data${path}['${name}']`);
  };
  const wanted = { string: 'string', integer: 'number', boolean: 'boolean' }[String(one['type'])];
  if (wanted !== undefined && typeof value !== wanted) refuse(`expected ${{ string: 'str', number: 'int', boolean: 'bool' }[wanted]}`);
  if (typeof one['valueMin'] === 'number' && Number(value) < one['valueMin']) refuse(`value must be at least ${one['valueMin']}`);
  const selector = isJson(one['selector']) ? one['selector'] : {};
  if (isJson(selector['select']) && selector['select']['custom_value'] !== true) {
    const options = [selector['select']['options'] ?? []].flat();
    if (!options.includes(value as never)) refuse(`value must be one of ${pythonRepr(options)}`);
  }
  if (isJson(selector['entity']) && selector['entity']['multiple'] === true && !Array.isArray(value)) refuse('expected a list');
  return value;
}
