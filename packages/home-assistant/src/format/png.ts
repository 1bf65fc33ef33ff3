import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
};

/** Turns pixels into at most 256 colours, giving up the finest shades only when there are more. */
const indexed = (pixels: Uint8Array): { readonly palette: Uint8Array; readonly indexes: Uint8Array } => {
  const count = pixels.length / 3;
  for (let drop = 0; drop < 8; drop += 1) {
    const mask = (0xff << drop) & 0xff;
    const palette = new Map<number, number>();
    const colours: number[] = [];
    const indexes = new Uint8Array(count);
    for (let at = 0; at < count && palette.size <= 256; at += 1) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(at * 3, at * 3 + 3);
      const key = ((r & mask) << 16) | ((g & mask) << 8) | (b & mask);
      let index = palette.get(key);
      if (index === undefined) {
        index = palette.size;
        palette.set(key, index);
        colours.push(r, g, b);
      }
      indexes[at] = index;
    }
    if (palette.size <= 256) return { palette: Uint8Array.from(colours), indexes };
  }
  return { palette: Uint8Array.from([0, 0, 0]), indexes: new Uint8Array(count) };
};

/** Encodes RGB pixels, three bytes each, as an indexed PNG. */
export const encodePng = (width: number, height: number, pixels: Uint8Array): Buffer => {
  const { palette, indexes } = indexed(pixels);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits, palette, deflate, adaptive filters, not interlaced.
  header.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(indexes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
};
