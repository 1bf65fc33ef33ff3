type Attributes = Readonly<Record<string, string | number | undefined>>;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');

/** Two decimals are finer than a pixel of any screen. */
const number = (value: number): string => String(Math.round(value * 100) / 100);

/** One SVG element; `inside` is markup. */
export const element = (name: string, attributes: Attributes, inside = ''): string => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? number(value) : escapeXml(value ?? '')}"`)
    .join('');
  return inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`;
};

export interface TextPlace {
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly size: number;
  readonly fill: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Foreign text is escaped here. */
export const textElement = (text: string, { x, y, size, fill, anchor }: TextPlace): string =>
  element('text', { x, y, 'font-size': size, fill, 'text-anchor': anchor === 'start' ? undefined : anchor }, escapeXml(text));

export const lineElement = ([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number], attributes: Attributes): string =>
  element('line', { x1, y1, x2, y2, ...attributes });

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const boxElement = (box: Box, attributes: Attributes): string => element('rect', { ...box, ...attributes });

/** Slanted lines that fill a box exactly. They need no pattern, so several charts can share a web page without clashing ids. */
export const hatchPath = ({ x, y, width, height }: Box, gap = 6): string => {
  const lines: string[] = [];
  for (let at = gap / 2; at < width + height; at += gap) {
    const [x1, y1] = at < height ? [x, y + at] : [x + at - height, y + height];
    const [x2, y2] = at < width ? [x + at, y] : [x + width, y + at - width];
    lines.push(`M${number(x1)} ${number(y1)}L${number(x2)} ${number(y2)}`);
  }
  return lines.join('');
};
