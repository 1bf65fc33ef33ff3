/** Base address without a trailing slash or /api; undefined when it is none. Credentials inside are dropped. */
export const baseAddress = (url: string): string | undefined => {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return undefined;
  const path = parsed.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  return `${parsed.protocol}//${parsed.host}${path}`;
};

/** Address of the WebSocket API of a base address. */
export const socketAddress = (base: string): string => `${base.replace(/^http/, 'ws')}/api/websocket`;
