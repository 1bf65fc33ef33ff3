import { ToolError } from '@switchyard-mcp/core';
import { TestClock } from '@switchyard-mcp/core/testing';
import { expect, test } from 'vitest';
import type { Connection } from '../connection.ts';
import { createBodies } from './bodies.ts';
import type { Access } from './object-store.ts';

const { signal } = new AbortController();
const access = { signal } as unknown as Access;

/** Counts what is subscribed to; the subscription of this number is given up. */
const connection = (givenUp = 0): { there: Connection; subscribed: string[]; reconnects: () => number } => {
  const subscribed: string[] = [];
  let asked = 0;
  let listeners = 0;
  const subscribe = async (message: { readonly type: string; readonly event_type?: string }) => {
    asked += 1;
    await Promise.resolve();
    if (asked === givenUp) throw new ToolError({ code: 'cancelled', what: 'given up', sideEffects: 'none' });
    subscribed.push(message.event_type ?? message.type);
    return () => undefined;
  };
  const onReconnect = () => {
    listeners += 1;
    return () => undefined;
  };
  return { there: { socket: { subscribe, onReconnect } } as unknown as Connection, subscribed, reconnects: () => listeners };
};
const all = ['automation_reloaded', 'call_service', 'config_entries/subscribe', 'lovelace_updated', 'scene_reloaded'];

test('a search that was cancelled while it began to watch leaves nothing that is watched twice', async () => {
  const { there, subscribed, reconnects } = connection(3);
  const bodies = createBodies(new TestClock());
  await expect(bodies.all(access, there, [])).rejects.toMatchObject({ fields: { code: 'cancelled' } });
  expect(await bodies.all(access, there, [])).toEqual([]);
  expect([...subscribed].sort()).toEqual(all);
  expect(reconnects()).toBe(1);
});

test('two searches at once watch once', async () => {
  const { there, subscribed } = connection();
  const bodies = createBodies(new TestClock());
  await Promise.all([bodies.all(access, there, []), bodies.all(access, there, [])]);
  expect([...subscribed].sort()).toEqual(all);
});

test('another connection is watched anew', async () => {
  const [first, second] = [connection(), connection()];
  const bodies = createBodies(new TestClock());
  await bodies.all(access, first.there, []);
  await bodies.all(access, second.there, []);
  expect([...second.subscribed].sort()).toEqual(all);
});
