import { expect, test } from 'vitest';
import { createRuntime } from '../runtime/runtime.ts';
import { createServerFactory } from './create-server.ts';
import { createLamp, type Lamp, toyServer } from './fixtures/toy-server.ts';
import { type Era, openWire, type Wire } from './fixtures/wire.ts';
import { serveConnection } from './serve-stdio.ts';

const eras: readonly Era[] = ['legacy', 'modern'];

const open = async (
  era: Era,
  connect: (lamp: Lamp) => Promise<Lamp> = async (lamp) => lamp,
): Promise<{ wire: Wire; lamp: Lamp; logged: string[] }> => {
  const lamp = createLamp();
  const logged: string[] = [];
  const runtime = createRuntime({ writeLog: ({ message }) => void logged.push(message) });
  const factory = createServerFactory(toyServer, { level: 'change', connect: () => connect(lamp), deadlineMs: 60_000, runtime });
  return { wire: await openWire(era, (transport) => serveConnection(factory, { wire: transport, log: runtime.log })), lamp, logged };
};
const read = (wire: Wire, uri: string) => wire.request('resources/read', { uri });
const unreachable = async (): Promise<Lamp> => {
  throw new Error('password is hunter2-secret');
};

test.each(eras)('%s: resources and templates of the level in force', async (era) => {
  const { wire } = await open(era);
  expect((await wire.request('resources/list')).result?.['resources']).toMatchObject([{ uri: 'toy://lamp' }]);
  expect((await wire.request('resources/templates/list')).result?.['resourceTemplates']).toMatchObject([
    { uriTemplate: 'toy://parts/{part}' },
  ]);
  expect((await read(wire, 'toy://secrets')).error).toMatchObject({ code: -32602 });
});

test.each(eras)('%s: what is read is cleaned and redacted', async (era) => {
  const { wire } = await open(era);
  const text = JSON.stringify((await read(wire, 'toy://lamp')).result?.['contents']);
  expect(text).toContain('on: false');
  expect(text).not.toContain('\u202e');
  expect(text).not.toContain('abcdefgh12345678');
});

test.each(eras)('%s: a failed read says why in our words, and keeps foreign words', async (era) => {
  const { wire } = await open(era);
  expect((await read(wire, 'toy://parts/blub')).error).toMatchObject({ code: -32602, message: expect.stringContaining('bulb') });
  expect((await read(wire, 'toy://nothing')).error).toMatchObject({ code: -32602 });
  const broken = await read(wire, 'toy://parts/broken');
  expect(broken.error?.code).toBe(-32603);
  expect(JSON.stringify(broken)).not.toContain('hunter2');
});

test.each(eras)('%s: a read that heeds no signal is ended by the deadline, in our words, and its signal says so', async (era) => {
  const signals: AbortSignal[] = [];
  const stuck = {
    name: 'stuck',
    title: 'Stuck',
    description: 'Never answers.',
    uri: 'toy://stuck',
    mimeType: 'text/plain',
    level: 'read',
    read: (_lamp: Lamp, _variables: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    },
  };
  const runtime = createRuntime();
  const definition = { ...toyServer, resources: [...toyServer.resources, stuck] };
  const factory = createServerFactory(definition, { level: 'read', connect: async () => createLamp(), deadlineMs: 500, runtime });
  const wire = await openWire(era, (transport) => serveConnection(factory, { wire: transport, log: runtime.log }));
  expect((await read(wire, 'toy://stuck')).error).toMatchObject({
    code: -32603,
    message: expect.stringContaining('Reading stuck did not finish within'),
  });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test.each(eras)('%s: completions, and none when the system is away', async (era) => {
  const ask = { ref: { type: 'ref/resource', uri: 'toy://parts/{part}' }, argument: { name: 'part', value: 'b' } };
  const { wire } = await open(era);
  expect((await wire.request('completion/complete', ask)).result?.['completion']).toMatchObject({ values: ['bulb'] });
  const away = await open(era, unreachable);
  expect((await away.wire.request('completion/complete', ask)).result?.['completion']).toMatchObject({ values: [] });
});

test.each(eras)('%s: prompts, and what they need', async (era) => {
  const { wire } = await open(era);
  expect(JSON.stringify((await wire.request('prompts/list')).result)).toContain('"dim"');
  expect(JSON.stringify((await wire.request('prompts/get', { name: 'dim', arguments: { by: '10 %' } })).result)).toContain('by 10 %');
  expect((await wire.request('prompts/get', { name: 'dim' })).error?.message).toContain('by');
  expect((await wire.request('prompts/get', { name: 'dum' })).error).toMatchObject({ code: -32602 });
});

test('legacy: a subscribed resource tells of changes until it is unsubscribed or the connection ends', async () => {
  const { wire, lamp } = await open('legacy');
  await wire.request('resources/subscribe', { uri: 'toy://lamp' });
  await wire.request('resources/subscribe', { uri: 'toy://lamp' });
  expect(lamp.listeners.size).toBe(1);
  for (const listener of lamp.listeners) listener();
  expect((await wire.incoming('notifications/resources/updated'))['params']).toMatchObject({ uri: 'toy://lamp' });
  await wire.request('resources/unsubscribe', { uri: 'toy://lamp' });
  expect(lamp.listeners.size).toBe(0);
  await wire.request('resources/subscribe', { uri: 'toy://lamp' });
  await wire.close();
  expect(lamp.listeners.size).toBe(0);
});

test('legacy: a subscription that cannot stand fails without foreign words', async () => {
  const { wire } = await open('legacy', unreachable);
  const answer = await wire.request('resources/subscribe', { uri: 'toy://lamp' });
  expect(answer.error?.code).toBe(-32603);
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  expect((await wire.request('resources/subscribe', { uri: 'toy://secrets' })).error).toMatchObject({ code: -32602 });
});

test('legacy: what a template could name but nothing has cannot be subscribed to', async () => {
  const { wire } = await open('legacy');
  const { error } = await wire.request('resources/subscribe', { uri: 'toy://parts/nope' });
  expect(error).toMatchObject({ code: -32602, message: expect.stringContaining('no such part') });
  expect((await wire.request('resources/subscribe', { uri: 'toy://parts/bulb' })).error).toBeUndefined();
});

const listen = async (wire: Wire): Promise<number> => {
  const id = wire.begin('subscriptions/listen', { notifications: { resourceSubscriptions: ['toy://lamp', 'toy://secrets'] } });
  await wire.incoming('notifications/subscriptions/acknowledged');
  // The watch begins behind the acknowledgement; another call is behind both.
  await wire.request('tools/call', { name: 'toy_get_lamp', arguments: {} });
  return id;
};

test('modern: a listener hears of changes until it is cancelled', async () => {
  const { wire, lamp } = await open('modern');
  const id = await listen(wire);
  expect(lamp.listeners.size).toBe(1);
  for (const listener of lamp.listeners) listener();
  const { params } = (await wire.incoming('notifications/resources/updated')) as unknown as { params: Record<string, unknown> };
  expect(params).toMatchObject({ uri: 'toy://lamp', _meta: { 'io.modelcontextprotocol/subscriptionId': id } });
  wire.notify('notifications/cancelled', { requestId: id });
  await wire.request('tools/call', { name: 'toy_get_lamp', arguments: {} });
  expect(lamp.listeners.size).toBe(0);
});

test('modern: the end of the connection ends what it listened to', async () => {
  const { wire, lamp } = await open('modern');
  await listen(wire);
  expect(lamp.listeners.size).toBe(1);
  await wire.close();
  expect(lamp.listeners.size).toBe(0);
});

test('modern: a listener that only wants lists connects nothing', async () => {
  const { wire, lamp, logged } = await open('modern', unreachable);
  wire.begin('subscriptions/listen', { notifications: { toolsListChanged: true } });
  await wire.incoming('notifications/subscriptions/acknowledged');
  await wire.request('tools/list');
  expect(lamp.listeners.size).toBe(0);
  expect(logged).toEqual([]);
});
