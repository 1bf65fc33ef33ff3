import { isToolError } from '@switchyard-mcp/core';
import { isRecord, textOf } from '@switchyard-mcp/core/json';
import type { HomeSocket } from './socket.ts';

/** Tells whether an integration only asks its devices now and then, instead of being told by them. Each is looked up once. */
export const createPolling = (socket: HomeSocket): ((platform: string, signal: AbortSignal) => Promise<boolean>) => {
  const known = new Map<string, boolean>();
  return async (platform, signal) => {
    const found = known.get(platform);
    if (found !== undefined) return found;
    const manifest = await socket
      .command({ type: 'manifest/get', integration: platform }, { signal, doing: `Reading about ${platform}`, timeoutMs: 2_000 })
      .catch((error: unknown) => (isToolError(error) ? undefined : Promise.reject(error)));
    const polls = isRecord(manifest) && (textOf(manifest, 'iot_class')?.endsWith('polling') ?? false);
    if (manifest !== undefined) known.set(platform, polls);
    return polls;
  };
};
