import type * as z from 'zod';
import { nearMisses } from '../errors/near-miss.ts';
import { isUnset } from './schema-kind.ts';
import type { Setting } from './setting.ts';

type Issue = z.core.$ZodIssue;

const typeWords: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  array: 'a list separated by commas',
  object: 'an object',
  record: 'an object',
};
const formatWords: Readonly<Record<string, string>> = {
  url: 'a full address such as https://host:port',
  email: 'an e-mail address',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  regex: 'in the expected form',
};

const boundWords = (issue: Issue & { code: 'too_small' | 'too_big' }): string => {
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const side = issue.code === 'too_small' ? 'at least' : 'at most';
  if (issue.origin === 'string') return `must be ${side} ${bound} characters long`;
  if (issue.origin === 'array' || issue.origin === 'set') return `must have ${side} ${bound} entries`;
  return `must be ${side} ${bound}`;
};

const enumWords = (values: readonly unknown[], got: unknown, secret: boolean): string => {
  const names = values.map(String);
  const near = typeof got === 'string' && !secret ? nearMisses(got, names, 1)[0] : undefined;
  return `must be one of ${names.join(', ')}${near ? `; did you mean ${near}?` : ''}`;
};

const sentence = (issue: Issue, got: unknown, secret: boolean): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeWords[issue.expected] ?? issue.expected}`;
    case 'too_small':
    case 'too_big':
      return boundWords(issue);
    case 'invalid_format':
      return issue.message.startsWith('Invalid') ? `must be ${formatWords[issue.format] ?? `a valid ${issue.format}`}` : issue.message;
    case 'invalid_value':
      return enumWords(issue.values, got, secret);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return `has unknown keys: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return 'has none of the accepted forms';
    default:
      return issue.message;
  }
};

/** A value as a person may see it: short, and without a password inside an address. */
const showValue = (value: unknown): string => {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))).replace(/\/\/[^/@\s]*@/g, '//…@');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/** The entries of a list as a person wrote it. */
const entriesOf = (got: unknown): readonly unknown[] => {
  if (Array.isArray(got)) return got;
  return typeof got === 'string' ? got.split(',').flatMap((part) => (isUnset(part) ? [] : [part.trim()])) : [];
};

/** Zod's issues in plain words, one sentence for all. A secret's value never appears. */
export const plainIssues = (issues: readonly Issue[], got: unknown, setting: Setting): string => {
  const secret = setting.secret === true;
  const said = issues.map((issue) => {
    const [first] = issue.path;
    // An entry of a list is named by what stands there: nobody counts from 0.
    const entry = typeof first === 'number' && issue.path.length === 1 ? entriesOf(got)[first] : undefined;
    if (entry !== undefined && !secret) return `${JSON.stringify(showValue(entry))} ${sentence(issue, entry, secret)}`;
    const path = issue.path.length > 0 && !secret ? `${issue.path.join('.')} ` : '';
    return `${path}${sentence(issue, got, secret)}`;
  });
  const text = [...new Set(said)].join('; ');
  if (secret) return typeof got === 'string' && got !== '' && text.includes(got) ? 'is not valid' : text;
  return `${text} (got ${showValue(got)})${setting.example && !/one of|such as/.test(text) ? `, for example ${setting.example}` : ''}`;
};
