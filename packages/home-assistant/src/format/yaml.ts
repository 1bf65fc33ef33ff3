import { refuse } from '@switchyard-mcp/core';
import { isRecord } from '@switchyard-mcp/core/json';
import { inputTag } from '../domain/blueprint-inputs.ts';
import type { Body } from '../domain/body.ts';

/** Tags that stand for something outside the text; a stored body cannot hold them. */
const outsideTags = [
  '!secret',
  '!env_var',
  '!include',
  '!include_dir_list',
  '!include_dir_named',
  '!include_dir_merge_list',
  '!include_dir_merge_named',
];
const maxAliases = 200;

type Yaml = typeof import('yaml');
let loading: Promise<Yaml> | undefined;
/** Loaded on first use: most sessions never see YAML. */
const load = (): Promise<Yaml> => {
  // In a bundle it is one default export, elsewhere named ones.
  loading ??= import('yaml').then((module: Yaml & { readonly default?: Yaml }) => module.default ?? module);
  return loading;
};

class Input {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const inputScalar = {
  tag: inputTag,
  identify: (value: unknown) => value instanceof Input,
  resolve: (text: string) => new Input(text),
  stringify: (item: { value: unknown }) => (item.value instanceof Input ? item.value.name : ''),
};
const outsideScalar = (tag: string) => ({
  tag,
  resolve: (text: string): never => {
    throw refuse('invalid_input', `${tag} ${text.slice(0, 40)} cannot be stored here.`, {
      why: 'Home Assistant resolves it in files only; what the API stores is plain.',
      next: ['Write the value itself, or leave this object in its YAML file.'],
    });
  },
});

const plain = (value: unknown): unknown => {
  if (value instanceof Input) return { [inputTag]: value.name };
  if (Array.isArray(value)) return value.map(plain);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)])) : value;
};

const tagged = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(tagged);
  if (!isRecord(value)) return value;
  const name = value[inputTag];
  if (typeof name === 'string' && Object.keys(value).length === 1) return new Input(name);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tagged(item)]));
};

/**
 * Reads YAML as Home Assistant's own editor does: words like `on` stay words, `!input` becomes {"!input": name}.
 * @throws ToolError invalid_input with the line that is wrong, or for tags that reach outside.
 */
export const parseYaml = async (text: string): Promise<unknown> => {
  const { parseDocument } = await load();
  const document = parseDocument(text, { merge: true, customTags: [inputScalar, ...outsideTags.map(outsideScalar)], logLevel: 'silent' });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem)
    throw refuse('invalid_input', 'The YAML cannot be read.', {
      why: problem.message.split('\n')[0]?.slice(0, 150) ?? 'It is malformed.',
      next: ['Correct that line and call again.'],
    });
  try {
    return plain(document.toJS({ maxAliasCount: maxAliases }));
  } catch (error) {
    throw refuse('invalid_input', 'The YAML cannot be read.', {
      why: error instanceof ReferenceError ? 'It repeats itself without end.' : 'It is malformed.',
      next: ['Write it without anchors.'],
    });
  }
};

/** A body given as an object or as YAML (or JSON) text. @throws ToolError invalid_input when it is no object. */
export const bodyFrom = async (given: Body | string): Promise<Body> => {
  const value = typeof given === 'string' ? await parseYaml(given) : given;
  if (isRecord(value)) return value;
  // Automations are often copied out of a file as a list of one.
  if (Array.isArray(value) && value.length === 1 && isRecord(value[0])) return value[0];
  throw refuse('invalid_input', 'The body is not an object.', {
    why: `It is ${Array.isArray(value) ? `a list of ${value.length}` : typeof value}.`,
    next: ['Give one object, with its keys at the top.'],
  });
};

/** YAML that reads the same in Home Assistant's files and in its editor: `"on"` and `"12:00:00"` are quoted. */
export const writeYaml = async (body: unknown): Promise<string> => {
  const { stringify } = await load();
  return stringify(tagged(body), { version: '1.1', customTags: [inputScalar], lineWidth: 0, aliasDuplicateObjects: false });
};
