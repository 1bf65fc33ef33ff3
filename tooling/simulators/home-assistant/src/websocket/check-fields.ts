import type { Json } from '../home/types.ts';
import { pythonRepr } from '../template/values.ts';
import { CommandError } from './command.ts';

/** A check of one field: undefined when the value is taken, else what voluptuous says of it. */
export type FieldCheck = (value: unknown) => string | undefined;

const orNone =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    value === null ? undefined : check(value);

export const text: FieldCheck = (value) => (typeof value === 'string' ? undefined : 'expected str');
export const textOrNone = orNone(text);
export const integerOrNone = orNone((value) => (Number.isInteger(value) ? undefined : 'expected int'));
export const list: FieldCheck = (value) => (Array.isArray(value) ? undefined : 'expected list');
export const bool: FieldCheck = (value) => (typeof value === 'boolean' ? undefined : 'expected bool');
export const dictionary: FieldCheck = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? undefined : 'expected dictionary';
export const userOrNone = orNone((value) => (value === 'user' ? undefined : 'not a valid value'));
export const iconOrNone = orNone((value) =>
  typeof value === 'string' && value.includes(':') ? undefined : 'Icons should be specified in the form "prefix:name"',
);
export const entityId: FieldCheck = (value) =>
  typeof value === 'string' && /^(?!_)[\da-z_]+(?<!_)\.(?!_)[\da-z_]+(?<!_)$/.test(value.toLowerCase()) && !value.includes('__.')
    ? undefined
    : `Entity ID ${typeof value === 'string' ? value.toLowerCase() : pythonRepr(value)} is an invalid entity ID`;

/** A list of texts has an answer of its own for the item that is none. */
export const texts: FieldCheck = (value) => (Array.isArray(value) ? undefined : 'expected a list');

const themeColors = new Set(
  'primary accent disabled red pink purple deep-purple indigo blue light-blue cyan teal green light-green lime yellow amber orange deep-orange brown light-grey grey dark-grey blue-grey black white'.split(
    ' ',
  ),
);
export const colorOrNone = orNone((value) =>
  typeof value === 'string' && (themeColors.has(value) || /^#[\da-f]{6}$/i.test(value))
    ? undefined
    : 'Color should be in the format #RRGGBB',
);

/** Refuses the first field that its check does not take, in Core's words. */
export function checkFields(message: Json, checks: Readonly<Record<string, FieldCheck>>): void {
  for (const [field, check] of Object.entries(checks)) {
    const value = message[field];
    if (value === undefined) continue;
    const problem = check(value);
    if (problem !== undefined)
      throw new CommandError('invalid_format', `${problem} for dictionary value @ data['${field}']. Got ${pythonRepr(value)}`);
    const odd = check === texts && Array.isArray(value) ? value.findIndex((item) => typeof item !== 'string') : -1;
    if (odd >= 0 && Array.isArray(value))
      throw new CommandError('invalid_format', `expected str @ data['${field}'][${odd}]. Got ${pythonRepr(value[odd])}`);
  }
}
