import { defineTool, type ReplyImage, refuse } from '@switchyard-mcp/core';
import * as z from 'zod';
import { entityMeant } from '../domain/entity-refs.ts';
import type { Entity } from '../domain/model.ts';
import type { HomeOperations } from '../domain/operations.ts';
import { stateWords } from '../format/state-words.ts';

/** What clients show; larger ones are refused by some. */
const largestBytes = 1_000_000;

/** The kind of a picture by its first bytes: cameras often name another one. */
const kindOf = (bytes: Uint8Array): ReplyImage['mimeType'] | undefined => {
  const begins = (...wanted: readonly number[]): boolean => wanted.every((byte, index) => bytes[index] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  return begins(0xff, 0xd8, 0xff) ? 'image/jpeg' : undefined;
};

const requireAvailable = ({ entityId, state }: Entity): void => {
  if (state?.state === 'unavailable')
    throw refuse('upstream_unavailable', `${entityId} is unavailable, so there is no picture.`, {
      retryable: true,
      next: ['Check its power and network.'],
    });
};

export const snapshotTool = defineTool<HomeOperations>()({
  name: 'ha_snapshot',
  title: 'Camera picture',
  description: 'Returns the current picture of a camera or image entity as an image.',
  toolset: 'data',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: z.object({ id: z.string().min(1).max(200).describe('Camera or image entity') }),
  output: z.lazy(() => z.strictObject({ id: z.string(), name: z.string(), state: z.string(), size_kb: z.number() })),
  handler: async (args, { operations, signal }) => {
    const entity = await entityMeant(operations, args.id, signal);
    const { entityId, domain } = entity;
    if (domain !== 'camera' && domain !== 'image')
      throw refuse('invalid_input', `${entityId} is neither a camera nor an image.`, { next: ['ha_search domain="camera".'] });
    requireAvailable(entity);
    const { mimeType, bytes } = await operations.image(entityId, signal);
    const sizeKb = Math.round(bytes.byteLength / 1000);
    if (bytes.byteLength === 0)
      throw refuse('upstream_error', `${entityId} gave an empty picture.`, { retryable: true, next: ['Try again in a few seconds.'] });
    if (bytes.byteLength > largestBytes)
      throw refuse(
        'unsupported',
        `The picture of ${entityId} is ${sizeKb} KB; the limit is 1,000 KB, and this server cannot make it smaller.`,
        { next: ['Lower the camera’s resolution or use its substream.'] },
      );
    const kind = kindOf(bytes);
    if (!kind)
      throw refuse(
        'unsupported',
        `${entityId} gives ${/^[\w.+/-]{1,40}$/.test(mimeType) ? mimeType : 'something'} that is neither PNG nor JPEG, which clients cannot show.`,
      );
    return {
      data: { id: entityId, name: entity.name, state: stateWords(entity.state, operations.clock.now()), size_kb: sizeKb },
      images: [{ mimeType: kind, data: Buffer.from(bytes).toString('base64') }],
    };
  },
});
