import { type Font, type FontTable, isUnseen } from './font-table.ts';

/** A piece of text that the renderer can draw whole. */
export interface Run {
  /** The joining font that draws it alone; undefined: the base font, and others letter by letter. */
  readonly font: Font | undefined;
  readonly text: string;
}

const joiner = /[\u200c\u200d]/;

/** Pieces of escaped text, in order. Almost every text is one piece. */
export const runsOf = (escaped: string, fonts: FontTable): readonly Run[] => {
  const runs: { font: Font | undefined; settled: boolean; text: string }[] = [];
  for (const letter of escaped) {
    const own = fonts.fontOf(letter.codePointAt(0) ?? 0);
    let last = runs[runs.length - 1];
    const joins = own !== 'any' && own?.joins ? own : undefined;
    const fits = last && (own === 'any' || (last.settled ? last.font === joins : true));
    if (!last || !fits) runs.push((last = { font: joins, settled: own !== 'any', text: '' }));
    else if (own !== 'any' && !last.settled) Object.assign(last, { font: joins, settled: true });
    // Outside joining scripts an unseen sign would count as a glyph in one font and as none in another.
    if (!isUnseen(letter) || (last.font && joiner.test(letter))) last.text += letter;
  }
  return runs;
};

/** The fonts that draw these texts; the base font is always one. */
export const filesOf = (svg: string, fonts: FontTable): ReadonlySet<string> => {
  const files = new Set(['noto-sans.ttf.br']);
  for (const letter of new Set(svg)) {
    const font = fonts.fontOf(letter.codePointAt(0) ?? 0);
    if (font !== undefined && font !== 'any') files.add(font.file);
  }
  return files;
};

/**
 * Names the font of every text. The renderer draws a text with several fonts only while each letter is one glyph in each of them, and leaves
 * letters out when not: such pieces become texts of their own beside each other. `advance` gives the width of a whole text element.
 */
export const withFonts = (svg: string, fonts: FontTable, advance: (text: string) => number): string =>
  svg.replace(/<text x="([^"]+)"([^>]*)>([^<>]+)<\/text>/g, (_all, x: string, rest: string, escaped: string) => {
    let left = Number(x);
    return runsOf(escaped, fonts)
      .map(({ font, text }, index, all) => {
        const family = font ? ` font-family="${font.family}"` : '';
        const piece = (at: number): string => `<text x="${at}"${rest}${family}>${text}</text>`;
        const placed = piece(left);
        if (index < all.length - 1) left += advance(piece(0)) + 4;
        return placed;
      })
      .join('');
  });
