import type { ServiceField } from '../domain/model.ts';
import { shortValue } from './config-words.ts';

/** How a value of a selector is written, where its name does not say it. */
const examples: Readonly<Record<string, string>> = {
  duration: 'HH:MM:SS or seconds',
  datetime: 'e.g. "2026-11-25 17:30:00"',
  date: 'e.g. "2026-11-25"',
  time: 'e.g. "17:30:00"',
  color_rgb: 'e.g. [255,120,0]',
  entity: 'e.g. "light.hall"',
  object: 'e.g. {"key":"value"}',
};

/** A selector in a few characters: "number 0–100 %", "select a|b". */
const kindOf = (field: ServiceField): string => {
  const [kind = 'any', options] = Object.entries(field.selector ?? {})[0] ?? [];
  const detail = (typeof options === 'object' && options !== null ? options : {}) as Record<string, unknown>;
  if (kind === 'number') {
    const range = detail['min'] === undefined && detail['max'] === undefined ? '' : ` ${detail['min'] ?? ''}–${detail['max'] ?? ''}`;
    return `number${range}${typeof detail['unit_of_measurement'] === 'string' ? ` ${detail['unit_of_measurement']}` : ''}`;
  }
  if (kind === 'select' && Array.isArray(detail['options'])) {
    const values = detail['options'].map((option: unknown) =>
      typeof option === 'object' && option !== null ? String((option as { value?: unknown }).value) : String(option),
    );
    return values.length <= 12 ? values.join('|') : `${values.slice(0, 12).join('|')}|… ${values.length}`;
  }
  const example = examples[kind];
  return example === undefined ? kind : `${kind} ${example}`;
};

/** What a field takes, with an example, and what Home Assistant says of it. */
export const fieldWords = (field: ServiceField): string => {
  const kind = kindOf(field);
  const example =
    field.example === undefined || Object.hasOwn(examples, kind.split(' ')[0] ?? '') ? '' : `, e.g. ${shortValue(field.example, 60)}`;
  return [`${kind}${example}`, field.description?.slice(0, 100)].filter(Boolean).join(': ');
};
