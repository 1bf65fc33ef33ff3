import { foldText } from '@switchyard-mcp/core';
import { glyphs } from './font.ts';

export type Colour = readonly [number, number, number];

/** A picture of 24-bit pixels with lines, boxes and small text. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3).fill(255);
  }

  /** Mixes a colour into a pixel; cover 1 replaces it. */
  dot(x: number, y: number, colour: Colour, cover = 1): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (Math.floor(y) * this.width + Math.floor(x)) * 3;
    for (let i = 0; i < 3; i += 1) this.pixels[at + i] = Math.round((this.pixels[at + i] ?? 255) * (1 - cover) + (colour[i] ?? 0) * cover);
  }

  box(x: number, y: number, [width, height]: readonly [number, number], colour: Colour, cover = 1): void {
    for (let row = Math.round(y); row < Math.round(y + height); row += 1)
      for (let column = Math.round(x); column < Math.round(x + width); column += 1) this.dot(column, row, colour, cover);
  }

  /** A line two pixels wide with soft edges. */
  line([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number], colour: Colour): void {
    const length = Math.max(1, Math.hypot(x1 - x0, y1 - y0));
    const [minX, maxX] = [Math.floor(Math.min(x0, x1)) - 2, Math.ceil(Math.max(x0, x1)) + 2];
    const [minY, maxY] = [Math.floor(Math.min(y0, y1)) - 2, Math.ceil(Math.max(y0, y1)) + 2];
    for (let y = minY; y <= maxY; y += 1)
      for (let x = minX; x <= maxX; x += 1) {
        const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / (length * length)));
        const away = Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
        if (away < 1.5) this.dot(x, y, colour, Math.min(1, 1.5 - away));
      }
  }

  /** Text with its top left corner at a point; `scale` 2 makes it twice as large. */
  text(x: number, y: number, text: string, { colour, scale = 1 }: { colour: Colour; scale?: number }): void {
    [...text].forEach((letter, index) => {
      const rows = glyphs[letter] ?? glyphs[foldText(letter)] ?? glyphs['?'] ?? [];
      rows.forEach((bits, row) => {
        for (let column = 0; column < 5; column += 1)
          if (bits & (16 >> column)) this.box(x + (index * 6 + column) * scale, y + row * scale, [scale, scale], colour);
      });
    });
  }
}

/** Width of a text in pixels. */
export const textWidth = (text: string, scale = 1): number => [...text].length * 6 * scale;
