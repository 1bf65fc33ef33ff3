import { defineTool, type ReplyImage, refuse, spanWords, type ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import { findDevice } from '../domain/find.ts';
import type { VivintOperations } from '../domain/operations.ts';
import { deviceRef } from '../domain/words.ts';
import { timeWords, zoneOf } from '../format/times.ts';
import { deviceParam, systemParam } from './params.ts';

/** What clients show; larger ones are refused by some. */
const largestBytes = 1_000_000;

const kindOf = (bytes: Uint8Array): ReplyImage['mimeType'] | undefined => {
  const begins = (...wanted: readonly number[]): boolean => wanted.every((byte, index) => bytes[index] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  return begins(0xff, 0xd8, 0xff) ? 'image/jpeg' : undefined;
};

const noPicture = (what: string): ToolError => refuse('upstream_error', what, { retryable: true, next: ['Try again in a minute.'] });

export const snapshotTool = defineTool<VivintOperations>()({
  name: 'vivint_snapshot',
  title: 'Camera picture',
  description:
    'Returns a camera’s picture as an image with its age. A picture older than max_age_s is taken anew; if that fails the old one comes, and says so.',
  toolset: 'pictures',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: z.object({ camera: deviceParam, system: systemParam, max_age_s: z.int().min(0).max(86_400).default(60) }),
  output: z.lazy(() =>
    z.strictObject({ id: z.string(), name: z.string(), taken: z.string(), age: z.string(), note: z.string().optional() }),
  ),
  handler: async (args, { operations, signal, remainingMs }) => {
    const house = await operations.house(signal);
    const camera = findDevice(house, args.camera, { classes: ['camera'], system: args.system });
    if (camera.class !== 'camera') throw noPicture('That is not a camera');
    const system = house.systems.find(({ systemId }) => systemId === camera.systemId);
    const waitMs = Math.max(0, Math.min(15_000, remainingMs() - 15_000));
    const { bytes, takenAt, note } = await operations.picture(camera, { maxAgeMs: args.max_age_s * 1000, waitMs, signal });
    const mimeType = kindOf(bytes);
    if (bytes.byteLength === 0 || mimeType === undefined) throw noPicture(`What came from ${deviceRef(camera)} is not a picture`);
    if (bytes.byteLength > largestBytes) throw noPicture(`The picture is ${Math.round(bytes.byteLength / 1000)} KB; the limit is 1,000 KB`);
    return {
      data: {
        id: camera.deviceId,
        name: camera.name,
        taken: timeWords(takenAt, zoneOf(house, system)),
        age: spanWords(operations.clock.now() - takenAt),
        ...(note === undefined ? {} : { note: `This is an older picture: ${note}` }),
      },
      images: [{ mimeType, data: Buffer.from(bytes).toString('base64') }],
    };
  },
});
