import { isRecord } from '@switchyard-mcp/core/json';
import { pointerOf } from '../domain/json-pointer.ts';

/** A part of a large body: where, what it is, how large. */
export type OutlineRow = readonly [pointer: string, what: string, characters: number];

const sizeOf = (value: unknown): number => JSON.stringify(value)?.length ?? 0;
const naming = [
  'alias',
  'title',
  'name',
  'type',
  'trigger',
  'platform',
  'condition',
  'action',
  'service',
  'entity',
  'entity_id',
  'id',
] as const;
const longest = 60;

const brief = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
};

const whatIs = (value: unknown): string => {
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (!isRecord(value)) return brief(value);
  const named = naming.filter((key) => typeof value[key] === 'string').slice(0, 2);
  return named.length > 0 ? named.map((key) => `${key} ${brief(value[key])}`).join(', ') : `{${brief(Object.keys(value).join(', '))}}`;
};

const childrenOf = (value: unknown): readonly (readonly [string | number, unknown])[] => {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const);
  return isRecord(value) ? Object.entries(value) : [];
};

/** Rows for the parts of a body, the largest opened first until there are `most`. */
export const outlineOf = (body: unknown, at: readonly (string | number)[] = [], most = 40): readonly OutlineRow[] => {
  let parts: { readonly keys: readonly (string | number)[]; readonly value: unknown }[] = [{ keys: at, value: body }];
  for (;;) {
    const open = parts
      .filter(({ value }) => childrenOf(value).length > 0 && sizeOf(value) > 400)
      .filter(({ value }) => parts.length - 1 + childrenOf(value).length <= most)
      .sort((a, b) => sizeOf(b.value) - sizeOf(a.value))[0];
    if (!open) break;
    parts = parts.flatMap((part) =>
      part === open ? childrenOf(part.value).map(([key, value]) => ({ keys: [...part.keys, key], value })) : [part],
    );
  }
  return parts.map(({ keys, value }) => [pointerOf(keys), whatIs(value), sizeOf(value)]);
};

const chunk = 1800;

/** A long text in pieces at line ends, because one text of a reply is cut at 2,000 characters. */
export const piecesOf = (text: string): readonly string[] => {
  const pieces: string[] = [];
  let piece = '';
  for (const line of text.split(/(?<=\n)/)) {
    for (const part of line.match(/[\s\S]{1,1800}/g) ?? []) {
      if (piece.length + part.length > chunk) {
        pieces.push(piece);
        piece = '';
      }
      piece += part;
    }
  }
  return piece === '' ? pieces : [...pieces, piece];
};
