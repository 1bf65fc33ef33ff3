import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  type Server,
} from '@modelcontextprotocol/server';

const requestOf = (incoming: IncomingMessage, url: string): Request => {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '');
  const body = incoming.method === 'GET' || incoming.method === 'HEAD' ? undefined : Readable.toWeb(incoming);
  return new Request(new URL(incoming.url ?? '/', url), {
    method: incoming.method ?? 'GET',
    headers,
    ...(body ? { body: body as ReadableStream<Uint8Array>, duplex: 'half' } : {}),
  });
};

const send = async (answer: Response, out: ServerResponse): Promise<void> => {
  out.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body) for await (const part of answer.body) out.write(part);
  out.end();
};

/** Serves a server over loopback HTTP in both eras, for clients and suites that know no stdio. */
export const serveOverHttp = async (create: () => Server): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const handler = createMcpHandler(create);
  const answer = (request: Request): Promise<Response> | Response =>
    hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
    originValidationResponse(request, localhostAllowedOrigins()) ??
    handler.fetch(request);
  const http = createServer((incoming, out) => {
    void (async () => send(await answer(requestOf(incoming, base)), out))().catch(() => out.destroy());
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    url: `${base}/mcp`,
    close: async () => {
      await handler.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
};
