import { defineTool, ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { HomeOperations } from '../domain/operations.ts';
import { resolveEntity } from '../domain/resolve-targets.ts';

/** What clients show; larger ones are refused by some. */
const largestBytes = 1_000_000;

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
  output: z.looseObject({ id: z.string() }),
  handler: async (args, { operations, signal }) => {
    const entity = resolveEntity(await operations.home(signal), args.id);
    if (entity.domain !== 'camera' && entity.domain !== 'image')
      throw new ToolError({
        code: 'invalid_input',
        what: `${entity.entityId} is neither a camera nor an image`,
        next: ['ha_search domain="camera".'],
        sideEffects: 'none',
      });
    if (entity.state?.state === 'unavailable')
      throw new ToolError({
        code: 'upstream_unavailable',
        what: `${entity.entityId} is unavailable`,
        retryable: true,
        sideEffects: 'none',
        next: ['check its power and network.'],
      });
    const { mimeType, bytes } = await operations.image(entity.entityId, signal);
    if (mimeType !== 'image/png' && mimeType !== 'image/jpeg')
      throw new ToolError({
        code: 'unsupported',
        what: `${entity.entityId} gives ${mimeType.slice(0, 40)}, which clients cannot show`,
        sideEffects: 'none',
      });
    if (bytes.byteLength > largestBytes)
      throw new ToolError({
        code: 'unsupported',
        what: `The picture of ${entity.entityId} is ${Math.round(bytes.byteLength / 1024)} KB; clients take 1,000`,
        sideEffects: 'none',
        next: ['lower the camera’s resolution.'],
      });
    return {
      data: { id: entity.entityId, size_kb: Math.round(bytes.byteLength / 1024) },
      images: [{ mimeType, data: Buffer.from(bytes).toString('base64') }],
    };
  },
});
