import type { BridgedClient } from '@switchyard-mcp/testkit';
import { expect } from 'vitest';

type Reply = Record<string, unknown>;

/** What scenes need: our tools, and Home Assistant's own API as the witness. */
export interface Bench {
  readonly url: string;
  readonly token: string;
  callTool(name: string, args: Record<string, unknown>): ReturnType<BridgedClient['call']>;
}

/** The data of a reply. Fails with the text of an error. */
export const data = async (bench: Bench, name: string, args: Record<string, unknown> = {}): Promise<Reply> => {
  const result = await bench.callTool(name, args);
  if (result.isError) throw new Error(`${name}: ${result.content[0]?.text}`);
  return result.structuredContent as Reply;
};

/** The text of a refusal. Fails when the call succeeded. */
export const refusal = async (bench: Bench, name: string, args: Record<string, unknown>): Promise<string> => {
  const result = await bench.callTool(name, args);
  expect(result.isError, JSON.stringify(result.structuredContent)).toBe(true);
  return result.content[0]?.text ?? '';
};

/** A call that asks first: the preview, then the same call with its token. */
export const confirmed = async (bench: Bench, name: string, args: Record<string, unknown>): Promise<{ preview: Reply; reply: Reply }> => {
  const preview = await data(bench, name, args);
  expect(preview['confirm'], JSON.stringify(preview)).toBeTypeOf('string');
  return { preview, reply: await data(bench, name, { ...args, confirm: preview['confirm'] }) };
};

/** A request to Home Assistant itself. */
export const rest = async (
  bench: Pick<Bench, 'url' | 'token'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Reply }> => {
  const response = await fetch(`${bench.url}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${bench.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Reply) : { text } };
};

/** The rows of a table. */
export const rowsOf = (reply: Reply): readonly (readonly unknown[])[] => reply['rows'] as unknown[][];
