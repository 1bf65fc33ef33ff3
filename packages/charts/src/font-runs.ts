import { type Font, type FontTable, isUnseen } from './font-table.ts';

/** A piece of text that the renderer can draw whole. */
export interface Run {
  /** The joining font that draws it alone; undefined: the base font, and others letter by letter. */
  readonly font: Font | undefined;
  readonly text: string;
}

const joiner = /[\u200c\u200d]/;

interface OpenRun {
  font: Font | undefined;
  /** It has a letter that decides its font. */
  settled: boolean;
  text: string;
}

/** The run that a letter belongs to: the last one, or a new one behind it. */
const runFor = (own: Font | 'any' | undefined, runs: OpenRun[]): OpenRun => {
  const last = runs[runs.length - 1];
  if (last && own === 'any') return last;
  const font = own !== 'any' && own?.joins ? own : undefined;
  if (last && !last.settled) return Object.assign(last, { font, settled: true });
  if (last && last.font === font) return last;
  const run = { font, settled: own !== 'any', text: '' };
  runs.push(run);
  return run;
};

/** Pieces of escaped text, in order. Almost every text is one piece. */
export const runsOf = (escaped: string, fonts: FontTable): readonly Run[] => {
  const runs: OpenRun[] = [];
  for (const letter of escaped) {
    const run = runFor(fonts.fontOf(letter.codePointAt(0) ?? 0), runs);
    // Outside joining scripts an unseen sign would count as a glyph in one font and as none in another.
    if (!isUnseen(letter) || (run.font && joiner.test(letter))) run.text += letter;
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
export const withFonts = (svg: string, fonts: FontTable, advance: (text: string) => number): string => {
  const piecesOf = (_all: string, ...[x = '0', rest = '', escaped = '']: string[]): string => {
    let left = Number(x);
    const runs = runsOf(escaped, fonts);
    return runs
      .map(({ font, text }, index) => {
        const family = font ? ` font-family="${font.family}"` : '';
        const piece = (at: number): string => `<text x="${at}"${rest}${family}>${text}</text>`;
        const placed = piece(left);
        if (index < runs.length - 1) left += advance(piece(0)) + 4;
        return placed;
      })
      .join('');
  };
  return svg.replace(/<text x="([^"]+)"([^>]*)>([^<>]+)<\/text>/g, piecesOf);
};
