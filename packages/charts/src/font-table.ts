import { readFile } from 'node:fs/promises';
import { assetPath } from './assets.ts';

/** A bundled font. One whose letters join has basic Latin letters too, and must draw a text alone. */
export interface Font {
  readonly file: string;
  readonly family: string;
  readonly joins: boolean;
}

/** assets/fonts.json: pairs of first and last code point; widths in hundredths of the font size. */
interface FontFile {
  /** What every joining font has besides its script. */
  readonly latin: readonly number[];
  readonly fonts: readonly (Font & { readonly ranges: readonly number[]; readonly width: number; readonly widths?: readonly number[] })[];
}

export interface FontTable {
  /** Hundredths of the font size. */
  readonly widthOf: (code: number) => number;
  /** The font that has a character: "any" for Latin letters and unseen signs, which go with their neighbours; undefined when no font has it. */
  readonly fontOf: (code: number) => Font | 'any' | undefined;
}

/** Joiners, variation selectors, key caps, tags and skin tones change their neighbours or nothing. */
const unseenSigns = /^(?:\u00ad|[\u200b-\u200d]|\u2060|\u20e3|\ufeff|\p{Variation_Selector}|\p{Emoji_Modifier}|[\u{e0020}-\u{e007f}])$/u;
export const isUnseen = (letter: string): boolean => unseenSigns.test(letter);
/** Marks that sit on the letter before them. */
const mark = /\p{Mn}/u;

const eachCode = (ranges: readonly number[], visit: (code: number, index: number) => void): void => {
  let index = 0;
  for (let at = 0; at < ranges.length; at += 2)
    for (let code = ranges[at] ?? 0; code <= (ranges[at + 1] ?? -1); code += 1) {
      visit(code, index);
      index += 1;
    }
};

const fontTableOf = ({ latin, fonts }: FontFile): FontTable => {
  const letters = new Map<number, { font: Font; width: number }>();
  for (const { ranges, width, widths, ...font } of fonts)
    eachCode(ranges, (code, index) => {
      const own = mark.test(String.fromCodePoint(code)) ? 0 : (widths?.[index] ?? width);
      if (!letters.has(code)) letters.set(code, { font, width: own });
    });
  const common = new Set<number>();
  eachCode(latin, (code) => common.add(code));
  const shared = (code: number): boolean => common.has(code) || isUnseen(String.fromCodePoint(code));
  return {
    widthOf: (code) => (isUnseen(String.fromCodePoint(code)) ? 0 : (letters.get(code)?.width ?? 100)),
    fontOf: (code) => (shared(code) ? 'any' : letters.get(code)?.font),
  };
};

let table: Promise<FontTable> | undefined;

/** Read once: it never changes. */
export const readFontTable = (): Promise<FontTable> =>
  (table ??= readFile(assetPath('fonts.json'), 'utf8').then((text) => fontTableOf(JSON.parse(text))));
