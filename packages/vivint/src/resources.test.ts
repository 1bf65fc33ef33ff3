import { expect, test, vi } from 'vitest';
import { door, fakePartition, fakeSystem, fakeVivint, lock } from '../test/doubles/fake-vivint.ts';
import { vivintPrompts } from './prompts.ts';
import { vivintResources } from './resources.ts';
import { vivintTools } from './tools/index.ts';

const signal = new AbortController().signal;
const resource = (uri: string) => {
  const found = vivintResources.find((one) => one.uri === uri);
  if (!found) throw new Error(`${uri} is missing`);
  return found;
};
const home = () => fakeVivint([fakeSystem([door(10, 'Front door'), lock(30, 'Front door')])]);

test.each(vivintResources.filter(({ uri }) => !uri.includes('{')))('$uri reads as JSON for anybody who may read', async (one) => {
  expect(one.level).toBe('read');
  expect(JSON.parse((await one.read(home(), {}, signal)).text)).toMatchObject({ as_of: '2026-11-25T10:15' });
});

test('one device comes with all its fields, and its ids complete', async () => {
  const one = resource('vivint://devices/{id}');
  expect(JSON.parse((await one.read(home(), { id: '30' }, signal)).text)).toMatchObject({
    id: '30',
    class: 'lock',
    state: 'locked',
    battery: '70%',
  });
  await expect(one.read(home(), { id: '99' }, signal)).rejects.toMatchObject({ fields: { code: 'not_found' } });
  expect(await one.complete?.(home(), 'id', '3')).toEqual(['30']);
});

test('a watched device tells of its own changes, and of no other’s', async () => {
  const fake = home();
  const listeners = new Set<() => void>();
  const watched = {
    ...fake,
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const changed = vi.fn();
  const stop = resource('vivint://devices/{id}').watch?.(watched, 'vivint://devices/30', changed);
  const tell = async (): Promise<void> => {
    for (const listener of listeners) listener();
    await settle();
  };
  await settle();
  fake.change(door(10, 'Front door', { active: true }));
  await tell();
  expect(changed).not.toHaveBeenCalled();
  fake.change(lock(30, 'Front door', { locked: false }));
  await tell();
  expect(changed).toHaveBeenCalledTimes(1);
  stop?.();
  fake.change(lock(30, 'Front door'));
  await tell();
  expect(changed).toHaveBeenCalledTimes(1);
  expect(listeners.size).toBe(0);
});

test('a change that comes while it is looked at is not lost', async () => {
  const fake = home();
  const looks: (() => void)[] = [];
  let listener: () => void = () => undefined;
  const slow = {
    ...fake,
    // As in the client: the picture is that of the moment when it was asked for.
    house: async (...given: Parameters<typeof fake.house>) => {
      const picture = await fake.house(...given);
      await new Promise<void>((resolve) => looks.push(resolve));
      return picture;
    },
    onChange: (one: () => void) => {
      listener = one;
      return () => undefined;
    },
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const changed = vi.fn();
  resource('vivint://status').watch?.(slow, 'vivint://status', changed);
  await settle();
  fake.setPartition(fakePartition({ state: 'armed_stay' }));
  listener();
  for (let look = 0; look < 3; look += 1) {
    looks.shift()?.();
    await settle();
  }
  expect(changed).toHaveBeenCalledTimes(1);
});

test('the status tells when a partition is armed', async () => {
  const fake = home();
  const changed = vi.fn();
  let listener: () => void = () => undefined;
  const watched = {
    ...fake,
    onChange: (one: () => void) => {
      listener = one;
      return () => undefined;
    },
  };
  resource('vivint://status').watch?.(watched, 'vivint://status', changed);
  await new Promise((resolve) => setImmediate(resolve));
  fake.setPartition(fakePartition({ state: 'armed_stay' }));
  listener();
  await new Promise((resolve) => setImmediate(resolve));
  expect(changed).toHaveBeenCalledTimes(1);
});

test('prompts are short and name tools that exist', () => {
  const tools = new Set(vivintTools.map(({ name }) => name));
  for (const prompt of vivintPrompts) {
    const text = prompt.render({});
    expect(text.length).toBeLessThan(800);
    expect([...text.matchAll(/vivint_\w+/g)].map(([name]) => name).filter((name) => !tools.has(name))).toEqual([]);
  }
});
