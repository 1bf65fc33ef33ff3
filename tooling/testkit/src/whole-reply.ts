import { createSteadyWords } from './steady-words.ts';

/** How a call of core's call path ended, as far as it is shown. */
type OutcomeLike =
  | {
      readonly kind: 'reply';
      readonly data: Readonly<Record<string, unknown>>;
      readonly images: readonly { readonly mimeType: string; readonly data: string }[];
    }
  | { readonly kind: 'error'; readonly text: string; readonly structured: unknown }
  | { readonly kind: 'ask'; readonly message: string; readonly request: unknown };

const lineWidth = 130;

/** JSON in few lines: what fits stays on one, so that each row of a table has its own. */
const pretty = (value: unknown, indent = ''): string => {
  const flat = JSON.stringify(value) ?? 'undefined';
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= lineWidth) return flat;
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => pretty(item, deeper))
    : Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [`${JSON.stringify(key)}: ${pretty(item, deeper)}`]));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return [open, ...parts.map((part) => `${deeper}${part},`), `${indent}${close}`].join('\n');
};

/** "image/png 800×400": what a picture is, without what is on it. */
const imageWords = ({ mimeType, data }: { readonly mimeType: string; readonly data: string }): string => {
  const bytes = Buffer.from(data, 'base64');
  if (mimeType === 'image/png' && bytes.length > 24) return `${mimeType} ${bytes.readUInt32BE(16)}×${bytes.readUInt32BE(20)}`;
  return `${mimeType} ${bytes.length} bytes`;
};

/** A preview is a reply that only asks. */
const isPreview = (data: Readonly<Record<string, unknown>>): boolean => typeof data['confirm'] === 'string' && 'expires' in data;

/**
 * A call and all that came of it, as text for a snapshot: the arguments, then a reply, a preview, a question or an error, whole.
 * Chance is taken out of it; times are the caller's to fix.
 */
export const wholeReply = (tool: string, args: Readonly<Record<string, unknown>>, outcome: OutcomeLike): string => {
  const steady = createSteadyWords();
  const shown = (value: unknown): string => pretty(steady(value));
  const call = `> ${tool} ${JSON.stringify(steady(args))}`;
  if (outcome.kind === 'ask') return [call, 'question', String(steady(outcome.message)), shown(outcome.request)].join('\n');
  if (outcome.kind === 'error') return [call, 'error', String(steady(outcome.text)), shown(outcome.structured)].join('\n');
  const kind = isPreview(outcome.data) ? 'preview' : 'reply';
  return [call, kind, shown(outcome.data), ...outcome.images.map(imageWords)].join('\n');
};
