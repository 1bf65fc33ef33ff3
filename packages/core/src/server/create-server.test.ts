import { expect, test } from 'vitest';
import * as z from 'zod';
import { createRuntime } from '../runtime/runtime.ts';
import { createServer, createServerFactory } from './create-server.ts';
import { createLamp, type Lamp, toyServer } from './fixtures/toy-server.ts';
import { type Era, openWire, type Wire } from './fixtures/wire.ts';
import { serveConnection } from './serve-stdio.ts';

const eras: readonly Era[] = ['legacy', 'modern'];
const mayAsk = { elicitation: { form: {} } };

interface Opened {
  readonly wire: Wire;
  readonly lamp: Lamp;
  readonly connects: () => number;
  readonly close: () => Promise<void>;
}

const open = async (era: Era, options: { level?: string; capabilities?: Record<string, unknown>; fails?: Error } = {}): Promise<Opened> => {
  const lamp = createLamp();
  let count = 0;
  const runtime = createRuntime();
  const factory = createServerFactory(toyServer, {
    level: options.level ?? 'change',
    connect: async () => {
      count += 1;
      if (options.fails) throw options.fails;
      return lamp;
    },
    runtime,
  });
  const wire = await openWire(era, (transport) => serveConnection(factory, { wire: transport, log: runtime.log }), options.capabilities);
  return { wire, lamp, connects: () => count, close: factory.close };
};

const call = (wire: Wire, name: string, args: Record<string, unknown> = {}) => wire.request('tools/call', { name, arguments: args });
const textOf = (result: Record<string, unknown> | undefined): string =>
  (result?.['content'] as { text: string }[] | undefined)?.[0]?.text ?? '';

test.each(eras)('%s: the list keeps its order, and neither listing nor opening connects', async (era) => {
  const { wire, connects } = await open(era);
  const { result } = await wire.request('tools/list');
  const tools = result?.['tools'] as { name: string; inputSchema: object; annotations: object }[];
  expect(tools.map(({ name }) => name)).toEqual(['toy_get_lamp', 'toy_set_lamp', 'toy_wait_lamp', 'toy_fail_lamp']);
  expect(tools[0]?.annotations).toMatchObject({ readOnlyHint: true });
  if (era === 'modern') expect(result).toMatchObject({ ttlMs: 3_600_000 });
  expect(connects()).toBe(0);
});

test.each(eras)('%s: text and structured content say the same, and calls share one connection', async (era) => {
  const { wire, connects, close, lamp } = await open(era);
  const { result } = await call(wire, 'toy_get_lamp', { label: 'x' });
  expect(result?.['structuredContent']).toEqual({ on: false, label: 'x' });
  expect(JSON.parse(textOf(result))).toEqual(result?.['structuredContent']);
  await call(wire, 'toy_get_lamp');
  expect(connects()).toBe(1);
  await close();
  expect(lamp.closed).toBe(true);
});

test.each(eras)('%s: an unknown tool, wrong arguments and a failure are results in our words', async (era) => {
  const { wire } = await open(era);
  const unknown = await call(wire, 'toy_get_lmap');
  const failure = unknown.result?.['structuredContent'] as { error: { didYouMean: readonly string[] } } | undefined;
  expect(unknown.result).toMatchObject({ isError: true, structuredContent: { error: { code: 'not_found' } } });
  expect(failure?.error.didYouMean[0]).toBe('toy_get_lamp');
  expect(textOf(unknown.result)).toContain('toy_get_lmap');
  const wrong = await call(wire, 'toy_get_lamp', { times: 9 });
  expect(wrong.result).toMatchObject({ isError: true, structuredContent: { error: { code: 'invalid_input' } } });
  expect(textOf(wrong.result)).toContain('times');
  const failed = await call(wire, 'toy_fail_lamp');
  expect(failed.result).toMatchObject({ isError: true, structuredContent: { error: { code: 'internal' } } });
  expect(JSON.stringify(failed)).not.toContain('hunter2');
});

test.each(eras)('%s: a tool above the level is neither listed nor callable', async (era) => {
  const { wire, lamp } = await open(era, { level: 'read' });
  expect(JSON.stringify((await wire.request('tools/list')).result)).not.toContain('"toy_set_lamp"');
  expect((await call(wire, 'toy_set_lamp', { on: true })).result).toMatchObject({
    structuredContent: { error: { code: 'permission_denied' } },
  });
  expect(lamp.on).toBe(false);
});

test.each([
  ['accept', { action: 'accept', content: { confirm: true } }, true],
  ['a box left unticked', { action: 'accept', content: { confirm: false } }, false],
  ['decline', { action: 'decline' }, false],
] as const)('legacy: the server asks the person: %s', async (_name, answer, done) => {
  const { wire, lamp } = await open('legacy', { capabilities: mayAsk });
  const id = wire.begin('tools/call', { name: 'toy_set_lamp', arguments: { on: true } });
  const asked = await wire.incoming('elicitation/create');
  expect(JSON.stringify(asked['params'])).toContain('Turn the lamp on');
  expect(lamp.on).toBe(false);
  wire.reply(asked['id'], answer);
  expect((await wire.answer(id)).result?.['isError'] ?? false).toBe(!done);
  expect(lamp.on).toBe(done);
});

test('modern: the question travels with the result, and the answer with the same call', async () => {
  const { wire, lamp } = await open('modern', { capabilities: mayAsk });
  const asked = (await call(wire, 'toy_set_lamp', { on: true })).result;
  expect(asked).toMatchObject({ resultType: 'input_required' });
  expect(JSON.stringify(asked?.['inputRequests'])).toContain('Turn the lamp on');
  const again = (args: Record<string, unknown>, requestState: unknown) =>
    wire.request('tools/call', {
      name: 'toy_set_lamp',
      arguments: args,
      inputResponses: { consent: { action: 'accept', content: { confirm: true } } },
      ...(requestState === undefined ? {} : { requestState }),
    });
  // An answer to no question of ours asks again instead of acting.
  expect((await again({ on: true }, undefined)).result).toMatchObject({ resultType: 'input_required' });
  expect(lamp.on).toBe(false);
  expect((await again({ on: true }, asked?.['requestState'])).result).toMatchObject({ structuredContent: { on: true } });
  expect(lamp.on).toBe(true);
});

test.each(eras)('%s: a client that cannot ask gets a preview whose token works once', async (era) => {
  const { wire, lamp } = await open(era);
  const preview = (await call(wire, 'toy_set_lamp', { on: true })).result?.['structuredContent'] as { confirm: string };
  expect(lamp.on).toBe(false);
  expect((await call(wire, 'toy_set_lamp', { on: true, confirm: preview.confirm })).result).toMatchObject({
    structuredContent: { on: true },
  });
  expect((await call(wire, 'toy_set_lamp', { on: true, confirm: preview.confirm })).result).toMatchObject({ isError: true });
});

test.each(eras)('%s: a client that only opens addresses is not sent a form', async (era) => {
  const { wire } = await open(era, { capabilities: { elicitation: { url: {} } } });
  expect((await call(wire, 'toy_set_lamp', { on: true })).result?.['structuredContent']).toHaveProperty('confirm');
});

test.each(eras)('%s: progress only for who asked for it', async (era) => {
  const { wire } = await open(era);
  await call(wire, 'toy_get_lamp');
  expect(wire.received.some((message) => message['method'] === 'notifications/progress')).toBe(false);
  await wire.request('tools/call', { name: 'toy_get_lamp', arguments: {}, _meta: { progressToken: 'p' } });
  expect((await wire.incoming('notifications/progress'))['params']).toMatchObject({ progressToken: 'p', progress: 1, total: 2 });
});

test.each(eras)('%s: a cancelled call stops at once and gets no answer', async (era) => {
  const { wire, lamp } = await open(era);
  const id = wire.begin('tools/call', { name: 'toy_wait_lamp', arguments: {} });
  await call(wire, 'toy_get_lamp');
  wire.notify('notifications/cancelled', { requestId: id });
  await call(wire, 'toy_get_lamp');
  expect(lamp.aborted).toEqual(['wait']);
  expect(wire.received.some((message) => message['id'] === id && !('method' in message))).toBe(false);
});

test('a library server has the usual value of what is not given, and what is given', async () => {
  const got: unknown[] = [];
  const mode = { schema: z.enum(['ask', 'never']).default('ask'), title: 'Mode', description: 'How it asks.', env: ['TOY_ASKING'] };
  const definition = {
    ...toyServer,
    settings: { ...toyServer.settings, mode, other: mode },
    connect: (settings: object) => {
      got.push(settings);
      return createLamp();
    },
  };
  const server = createServer(definition, { settings: { url: 'http://lamp.example', other: 'never' } as never });
  await call(await openWire('legacy', (transport) => server.create().connect(transport)), 'toy_get_lamp');
  expect(got).toEqual([{ url: 'http://lamp.example', token: undefined, mode: 'ask', other: 'never' }]);
});

test('a library server shares one connection between the servers it makes, and keeps its secret', async () => {
  const server = createServer(toyServer, { settings: { url: 'http://lamp.example', token: 'long-secret-token' } });
  const first = await openWire('legacy', (transport) => server.create().connect(transport));
  const second = await openWire('legacy', (transport) => server.create().connect(transport));
  const preview = (await call(first, 'toy_set_lamp', { on: true })).result?.['structuredContent'] as { confirm: string };
  await call(first, 'toy_set_lamp', { on: true, confirm: preview.confirm });
  expect((await call(second, 'toy_get_lamp', { label: 'long-secret-token' })).result?.['structuredContent']).toEqual({
    on: true,
    label: '[redacted]',
  });
});
