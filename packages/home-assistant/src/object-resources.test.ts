import { afterEach, expect, test, vi } from 'vitest';
import { type InProcess, startInProcess } from '../test/in-process.ts';
import { objectResources } from './object-resources.ts';

let home: InProcess | undefined;
afterEach(async () => {
  await home?.close();
  home = undefined;
});
const signal = new AbortController().signal;
const resource = (uri: string) => {
  const found = objectResources.find((one) => one.uri === uri);
  if (!found) throw new Error(`${uri} is missing`);
  return found;
};
const read = async ({ operations }: InProcess, uri: string, id?: string): Promise<Record<string, unknown>> =>
  JSON.parse((await resource(uri).read(operations, id === undefined ? {} : { id }, signal)).text) as Record<string, unknown>;

test('lists tell id, name and state; one tells its body and hash', async () => {
  home = await startInProcess();
  const list = await read(home, 'ha://automations');
  expect(list['rows']).toContainEqual(expect.arrayContaining(['automation.broken_night_lock']));
  expect(await read(home, 'ha://automations/{id}', 'broken_night_lock')).toMatchObject({
    id: 'automation.broken_night_lock',
    hash: expect.stringMatching(/^[0-9a-f]{8}$/),
    body: { alias: 'Broken night lock' },
  });
  expect(await read(home, 'ha://scripts/{id}', 'movie_night')).toHaveProperty('body.sequence');
  expect(await read(home, 'ha://scenes/{id}', 'cosy_evening')).toHaveProperty('body.entities');
  expect((await read(home, 'ha://dashboards'))['total']).toEqual(expect.any(Number));
});

test('ids are completed', async () => {
  home = await startInProcess();
  expect(await resource('ha://scripts/{id}').complete?.(home.operations, 'id', 'movie')).toEqual(['movie_night']);
});

test.each([
  ['ha://automations', 'ha://automations', 'automation_reloaded', {}],
  ['ha://automations/{id}', 'ha://automations/broken_night_lock', 'automation_reloaded', {}],
  ['ha://scripts', 'ha://scripts', 'service_registered', { domain: 'script', service: 'x' }],
  ['ha://scenes/{id}', 'ha://scenes/cosy_evening', 'scene_reloaded', {}],
  ['ha://dashboards/{id}', 'ha://dashboards/my-phone', 'lovelace_updated', { url_path: 'my-phone', mode: 'storage' }],
])('%s tells of %s', async (template, uri, event, data) => {
  home = await startInProcess();
  const changed = vi.fn();
  const stop = resource(template).watch?.(home.operations, uri, changed);
  await vi.waitFor(() =>
    expect(home?.simulator.requests.some(({ body }) => (body as { event_type?: string } | null)?.event_type === event)).toBe(true),
  );
  await vi.waitFor(() => {
    home?.simulator.home.fire(event, data);
    expect(changed).toHaveBeenCalled();
  });
  stop?.();
});

test('an update of another dashboard is none of this one', async () => {
  home = await startInProcess();
  const [mine, all] = [vi.fn(), vi.fn()];
  const stops = [
    resource('ha://dashboards/{id}').watch?.(home.operations, 'ha://dashboards/my-phone', mine),
    resource('ha://dashboards').watch?.(home.operations, 'ha://dashboards', all),
  ];
  await vi.waitFor(() => {
    home?.simulator.home.fire('lovelace_updated', { url_path: 'other', mode: 'storage' });
    expect(all).toHaveBeenCalled();
  });
  expect(mine).not.toHaveBeenCalled();
  for (const stop of stops) stop?.();
});

test('a script that was written anew is told by its state', async () => {
  home = await startInProcess();
  await home.operations.home(signal);
  const changed = vi.fn();
  const stop = resource('ha://scripts/{id}').watch?.(home.operations, 'ha://scripts/movie_night', changed);
  home.simulator.setState('script.movie_night', 'on');
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  stop?.();
});
