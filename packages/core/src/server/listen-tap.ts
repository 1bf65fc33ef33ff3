import { type JSONRPCMessage, SUBSCRIPTION_ID_META_KEY, type Transport } from '@modelcontextprotocol/server';

export interface ListenTap {
  /** Starts to watch a uri; returns how to stop. */
  readonly watch: (uri: string) => () => void;
}

const partsOf = (message: JSONRPCMessage): { method: string; params: Record<string, unknown> } | undefined => {
  const { method, params } = message as { method?: unknown; params?: unknown };
  return typeof method === 'string' ? { method, params: (params ?? {}) as Record<string, unknown> } : undefined;
};

const urisOf = (params: Record<string, unknown>): readonly string[] => {
  const uris = (params['notifications'] as { resourceSubscriptions?: unknown } | undefined)?.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
};

/**
 * The 2026 era subscribes by `subscriptions/listen`, which the SDK's stdio entry answers without telling the server. What it grants
 * passes here on its way out, so here is where the watching starts; it ends with the listener's cancellation or the connection.
 */
export const tapListens = (wire: Transport, { watch }: ListenTap): Transport => {
  const open = new Map<unknown, readonly (() => void)[]>();
  const end = (id: unknown): void => {
    for (const stop of open.get(id) ?? []) stop();
    open.delete(id);
  };
  const granted = (message: JSONRPCMessage): void => {
    const parts = partsOf(message);
    if (parts?.method !== 'notifications/subscriptions/acknowledged') return;
    const id = (parts.params['_meta'] as Record<string, unknown> | undefined)?.[SUBSCRIPTION_ID_META_KEY];
    end(id);
    open.set(id, [...new Set(urisOf(parts.params))].map(watch));
  };
  const tap: Transport = {
    start: async () => {
      wire.onmessage = (message, extra) => {
        const parts = partsOf(message);
        if (parts?.method === 'notifications/cancelled') end(parts.params['requestId']);
        tap.onmessage?.(message, extra);
      };
      wire.onclose = () => {
        for (const id of [...open.keys()]) end(id);
        tap.onclose?.();
      };
      wire.onerror = (error) => tap.onerror?.(error);
      await wire.start();
    },
    send: async (message, options) => {
      await wire.send(message, options);
      granted(message);
    },
    close: () => wire.close(),
    setProtocolVersion: (version) => wire.setProtocolVersion?.(version),
  };
  return tap;
};
