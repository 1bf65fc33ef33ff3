import { nodePointer, type WalkNode, walkSkip, walkValue } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import { listOf, textsIn, triggerKind } from './automation-body.ts';
import { isTemplate } from './is-template.ts';
import type { Entity, Home } from './model.ts';

/** A comparison that cannot come out as meant. */
export interface WrongType {
  /** JSON Pointer into the body. */
  readonly pointer: string;
  readonly problem: string;
}

type Raw = Readonly<Record<string, unknown>>;

const onOff = ['on', 'off'];
const edges = ['open', 'closed', 'opening', 'closing'];
/** All states that entities of a domain can have. Domains whose states a person or an integration names are not here. */
const statesOfDomain: Readonly<Record<string, readonly string[]>> = {
  automation: onOff,
  binary_sensor: onOff,
  fan: onOff,
  humidifier: onOff,
  input_boolean: onOff,
  light: onOff,
  remote: onOff,
  schedule: onOff,
  siren: onOff,
  switch: onOff,
  update: onOff,
  cover: edges,
  valve: edges,
  lock: ['locked', 'unlocked', 'locking', 'unlocking', 'jammed', 'open', 'opening'],
  sun: ['above_horizon', 'below_horizon'],
  timer: ['active', 'idle', 'paused'],
};
const always: ReadonlySet<string> = new Set(['unavailable', 'unknown', '']);

const optionsOf = (entity: Entity): readonly string[] | undefined => {
  const options = entity.state?.attributes['options'];
  const listed = entity.domain === 'select' || entity.domain === 'input_select' || entity.state?.attributes['device_class'] === 'enum';
  return listed && Array.isArray(options) ? options.filter((option): option is string => typeof option === 'string') : undefined;
};

/** Why an entity can never have a state; undefined when it can, or nobody knows. */
const neverProblem = (home: Home, entityId: string, wanted: string): string | undefined => {
  const entity = home.entities.get(entityId);
  if (entity === undefined || always.has(wanted)) return undefined;
  const possible = optionsOf(entity) ?? statesOfDomain[entity.domain];
  if (possible === undefined || possible.includes(wanted)) return undefined;
  const shown = possible.length <= 6 ? possible.join(', ') : `${possible.slice(0, 5).join(', ')}…`;
  return `${entityId} is never "${wanted.slice(0, 40)}": it knows ${shown}`;
};

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));

const numericProblems = (home: Home, piece: Raw): readonly string[] => {
  if (piece['value_template'] !== undefined) return [];
  const attribute = typeof piece['attribute'] === 'string' ? piece['attribute'] : undefined;
  return textsIn(piece['entity_id']).flatMap((entityId) => {
    const state = home.entities.get(entityId)?.state;
    const value = attribute === undefined ? state?.state : state?.attributes[attribute];
    if (value === undefined || value === null || isNumeric(value) || always.has(String(value))) return [];
    const what = attribute === undefined ? entityId : `${entityId}.${attribute}`;
    return [`${what} is compared as a number and is "${String(value).slice(0, 40)}"`];
  });
};

const stateProblems = (home: Home, piece: Raw): readonly string[] => {
  if (piece['attribute'] !== undefined) return [];
  const wanted = ['state', 'to', 'from', 'not_to', 'not_from'].flatMap((key) => listOf(piece[key]));
  const texts = wanted.filter((value): value is string => typeof value === 'string' && !isTemplate(value));
  // A state may also be that of another entity, named in its place.
  const literal = texts.filter((text) => !home.entities.has(text));
  return textsIn(piece['entity_id']).flatMap((entityId) => literal.flatMap((text) => neverProblem(home, entityId, text) ?? []));
};

const stateCall = /states\(\s*(?<q>['"])(?<id>[a-z0-9_]+\.[a-z0-9_]+)\k<q>\s*\)|(?<![.\w])states\.(?<dotted>[a-z_]+\.[a-z0-9_]+)\.state\b/
  .source;
const number = String.raw`-?\d+(?:\.\d+)?(?![\w.])`;
const stateThenNumber = new RegExp(String.raw`(?:${stateCall})\s*(?<op>[<>]=?|[!=]=)\s*(?<number>${number})`, 'g');
const numberThenState = new RegExp(
  String.raw`(?<![\w.'"])(?<number>${number})\s*(?<op>[<>]=?|[!=]=)\s*(?:${stateCall})(?!\s*[|*/+~-])`,
  'g',
);
const isStateNumber = /is_state\(\s*(['"])([a-z0-9_]+\.[a-z0-9_]+)\1\s*,\s*(-?\d+(?:\.\d+)?|true|false)\s*\)/gi;
const isStateText = /is_state\(\s*(['"])([a-z0-9_]+\.[a-z0-9_]+)\1\s*,\s*(['"])([^'"]*)\3\s*\)/g;
const stateEqualsText = new RegExp(String.raw`(?:${stateCall})\s*==\s*(?<mark>['"])(?<wanted>[^'"]*)\k<mark>`, 'g');
const attributeThenText =
  /state_attr\(\s*(['"])([a-z0-9_]+\.[a-z0-9_]+)\1\s*,\s*(['"])(\w+)\3\s*\)\s*([<>]=?|[!=]=)\s*(['"])(-?\d+(?:\.\d+)?)\6/g;

const comparedAsText = (home: Home, entityId: string, operator: string, wanted: string): string => {
  const now = home.entities.get(entityId)?.state?.state;
  const effect = operator === '==' ? 'is never true' : operator === '!=' ? 'is always true' : 'is an error';
  const shown = now === undefined ? `states('${entityId}')` : `'${now.slice(0, 30)}'`;
  return `${shown} ${operator} ${wanted} compares text with a number and ${effect}: put | float(0) after states('${entityId}')`;
};

const templateProblems = (home: Home, text: string): readonly string[] => {
  const code = text.replace(/\{#[\s\S]*?#\}/g, '');
  const numbers = [...code.matchAll(stateThenNumber), ...code.matchAll(numberThenState)].map(({ groups }) =>
    comparedAsText(home, groups?.['id'] ?? groups?.['dotted'] ?? '', groups?.['op'] ?? '', groups?.['number'] ?? ''),
  );
  const literals = [...code.matchAll(isStateNumber)].map(
    ([, , id = '', wanted = '']) => `is_state('${id}', ${wanted}) is never true: states are text, write '${wanted.toLowerCase()}'`,
  );
  const never = [
    ...[...code.matchAll(isStateText)].map(([, , id = '', , wanted = '']) => neverProblem(home, id, wanted)),
    ...[...code.matchAll(stateEqualsText)].map(({ groups }) =>
      neverProblem(home, groups?.['id'] ?? groups?.['dotted'] ?? '', groups?.['wanted'] ?? ''),
    ),
  ].filter((problem) => problem !== undefined);
  const attributes = [...code.matchAll(attributeThenText)].flatMap(([all, , id = '', , name = '']) =>
    typeof home.entities.get(id)?.state?.attributes[name] === 'number'
      ? [`${all.slice(0, 90)} compares a number with text: leave out the quotes`]
      : [],
  );
  return [...numbers, ...literals, ...never, ...attributes];
};

const pieceProblems = (home: Home, piece: Raw): readonly string[] => {
  const kind = typeof piece['condition'] === 'string' ? piece['condition'] : triggerKind(piece);
  if (kind === 'numeric_state') return numericProblems(home, piece);
  return kind === 'state' ? stateProblems(home, piece) : [];
};

/** Comparisons in a body that cannot come out as meant: numbers with text, states that an entity never has. Only what is certain now. */
export const wrongTypes = (home: Home, body: unknown): readonly WrongType[] => {
  const found: WrongType[] = [];
  const add = (node: WalkNode, problems: readonly string[]): void => {
    for (const problem of new Set(problems)) found.push({ pointer: nodePointer(node), problem });
  };
  const visit = (node: WalkNode): typeof walkSkip | undefined => {
    const { value } = node;
    if (typeof value === 'string') {
      if (isTemplate(value)) add(node, templateProblems(home, value));
    } else if (isRecord(value)) {
      if (value['enabled'] === false) return walkSkip;
      add(node, pieceProblems(home, value));
    }
    return undefined;
  };
  walkValue<undefined>(body, visit, { context: undefined });
  return found;
};
