/** Okabe and Ito's colours, which people with any kind of colour blindness can tell apart; their yellow is too pale for a line on white. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;
const dashes = [undefined, '7 3', '2 3', '9 3 2 3'] as const;

export interface Stroke {
  readonly colour: string;
  /** An SVG dash pattern; undefined is a whole line. */
  readonly dash: string | undefined;
  /** The place of its marker in the list of d3's symbols. */
  readonly marker: number;
}

/** How the series of a chart looks that is `place` in its panel: alone it is a whole line; beside others it differs in colour, dash and marker. */
export const strokeOf = (index: number, place: number): Stroke => ({
  colour: colours[index % colours.length] ?? '#000000',
  dash: dashes[place % dashes.length],
  marker: place,
});

export const ink = '#1f2937';
export const grey = '#4b5563';
export const gridGrey = '#e2e5ea';
export const hatchGrey = '#9ca3af';
/** States of rest. */
export const restGrey = '#dbe1e8';
/** States that got no colour of their own. */
export const otherGrey = '#8b95a5';

interface Fill {
  readonly fill: string;
  /** A colour for words upon it with a contrast of at least 4.5. */
  readonly text: string;
}

/** Fills for states; orange comes first, since most bars are on and off. */
export const stateFills: readonly Fill[] = [
  { fill: '#e69f00', text: '#000000' },
  { fill: '#0072b2', text: '#ffffff' },
  { fill: '#009e73', text: '#000000' },
  { fill: '#cc79a7', text: '#000000' },
  { fill: '#56b4e9', text: '#000000' },
  { fill: '#d55e00', text: '#000000' },
  { fill: '#f0e442', text: '#000000' },
];
