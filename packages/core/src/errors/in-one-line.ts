import type { ToolErrorFields } from './tool-error.ts';

/** What happened and why as one sentence without its full stop, for a row, a reason or a log line. */
export const inOneLine = ({ what, why }: Pick<ToolErrorFields, 'what' | 'why'>): string =>
  [what, why].flatMap((text) => (text ? [text.replace(/\.$/, '')] : [])).join(': ');
