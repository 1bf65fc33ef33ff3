import { deflateSync, crc32 as zlibCrc } from 'node:zlib';

/** The PNG checksum; Node has its own only since 22.2 and 20.15. */
function crc32(data: Buffer): number {
  if (typeof zlibCrc === 'function') return zlibCrc(data);
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A picture of a front garden at dusk: sky, lawn and a path, so that a viewer sees that it is one. */
export function cameraPng(width = 320, height = 180): Buffer {
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) raw.set(pixel(x / width, y / height), y * (width * 3 + 1) + 1 + x * 3);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))]);
}

function pixel(x: number, y: number): [number, number, number] {
  if (y < 0.55) return [Math.round(60 + y * 200), Math.round(80 + y * 120), Math.round(140 + (1 - y) * 60)];
  const path = Math.abs(x - 0.5) < (y - 0.5) * 0.5;
  return path ? [150, 140, 125] : [Math.round(40 + y * 20), Math.round(110 + (1 - y) * 60), 50];
}
