import type { FontTable } from './font-table.ts';

/** Control characters, lone surrogates, and signs that turn the direction of the text around them. */
const harmful = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu;

/** One line of foreign text with composed letters, at most `most` characters. */
export const cleanText = (text: string, most = 200): string => {
  const line = text.normalize('NFC').replace(/\s+/g, ' ').replace(harmful, '').trim();
  const graphemes = graphemesOf(line.slice(0, most * 12));
  return graphemes.length <= most && line.length <= most * 12 ? line : `${graphemes.slice(0, most - 1).join('')}…`;
};

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const graphemesOf = (text: string): readonly string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

/** The width of a text in pixels at a font size. */
export type Measure = (text: string, size: number) => number;

export const measureWith =
  (fonts: FontTable): Measure =>
  (text, size) => {
    let hundredths = 0;
    for (const letter of text) hundredths += fonts.widthOf(letter.codePointAt(0) ?? 0);
    return (hundredths * size) / 100;
  };

/** Cuts one word that is wider than a line. */
const pieces = (word: string, fits: (text: string) => boolean): readonly string[] => {
  const found: string[] = [];
  let piece = '';
  for (const grapheme of graphemesOf(word)) {
    if (piece !== '' && !fits(piece + grapheme)) {
      found.push(piece);
      piece = '';
    }
    piece += grapheme;
  }
  return [...found, piece];
};

/** Lines no wider than `width`; breaks between words, and inside one only when it must. */
export const wrapText = (text: string, { width, size, measure }: { width: number; size: number; measure: Measure }): readonly string[] => {
  const fits = (line: string): boolean => measure(line, size) <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const [last = '', ...before] = [...pieces(word, fits)].reverse();
    lines.push(...before.reverse());
    line = last;
  }
  return line === '' ? lines : [...lines, line];
};
