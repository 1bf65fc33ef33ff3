import { isToolError, ToolError } from '@switchyard-mcp/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { type FakeHouse, fakeHouse, houseContext, obeys } from '../../test/doubles/fake-house.ts';
import { away, runAgreed } from '../../test/doubles/unreadable.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { calendarEdits } from '../domain/calendar-services.ts';
import type { CalendarEvent } from '../domain/model.ts';
import { controlTool } from './control.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('what changed, what was so, what failed', async () => {
    expect(await replies.reply('ha_control', { action: 'turn_off', targets: ['area:Kitchen'], domain: 'light' })).toMatchSnapshot();
    expect(
      await replies.reply('ha_control', {
        action: 'turn_on',
        targets: ['light.kitchen_lights', 'light.cellar_light'],
        data: { brightness_pct: 40 },
      }),
    ).toMatchSnapshot();
    expect(
      await replies.reply('ha_control', { action: 'timer.start', targets: ['timer.laundry'], data: { duration: '00:05:00' } }),
    ).toMatchSnapshot();
  });
  test('lists and notifications', async () => {
    expect(
      await replies.reply('ha_control', { action: 'todo.add_item', targets: ['todo.chores'], data: { item: ['milk', 'eggs'] } }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_control', { action: 'todo.get_items', targets: ['todo.shopping_list'] })).toMatchSnapshot();
    expect(await replies.reply('ha_control', { action: 'persistent_notification.create', data: { message: 'hello' } })).toMatchSnapshot();
  });
  test('a dry run, and a name that is not there', async () => {
    expect(await replies.reply('ha_control', { action: 'close', targets: ['floor:Attic'], dry_run: true })).toMatchSnapshot();
    expect(await replies.reply('ha_control', { action: 'turn_on', targets: ['light.kitchn_lights'] })).toMatchSnapshot();
  });
  test('a lock after a person agreed', async () => {
    const [preview, reply] = await replies.agreed('ha_control', { action: 'unlock', targets: ['lock.front_door', 'Back Door'] });
    expect(preview).toMatchSnapshot();
    expect(reply).toMatchSnapshot();
  });
});

const control = async (house: FakeHouse, args: Record<string, unknown>, says: 'yes' | 'no' = 'no') => {
  const { context, asked } = houseContext(house, says);
  const { data } = await controlTool.handler(controlTool.input.parse({ wait_s: 0.05, ...args }), context);
  return { data, asked };
};
const refusal = async (house: FakeHouse, args: Record<string, unknown>): Promise<ToolError['fields']> => {
  const error: unknown = await control(house, args).catch((thrown: unknown) => thrown);
  if (!isToolError(error)) throw new Error(`no refusal: ${JSON.stringify(error)}`);
  return error.fields;
};
const idsSent = (house: FakeHouse) => house.calls.map((call) => [`${call.domain}.${call.service}`, ...call.entityIds]);

describe('what is meant', () => {
  test('a floor: lights, switches, fans and players, not covers, not heating, not what is hidden or for settings', async () => {
    const house = fakeHouse(obeys);
    await control(house, { action: 'turn_off', targets: ['floor:Ground floor'], except: ['light.hall'] });
    expect(idsSent(house)).toEqual([
      ['light.turn_off', 'light.kitchen_lights', 'light.reading_lamp_2', 'light.porch'],
      ['switch.turn_off', 'switch.coffee'],
    ]);
  });
  test('turn_on of an area is about lights unless a domain says otherwise', async () => {
    const house = fakeHouse(obeys);
    await control(house, { action: 'turn_on', targets: ['area:Kitchen'] });
    await control(house, { action: 'turn_on', targets: ['area:Kitchen'], domain: 'switch' });
    expect(idsSent(house)).toEqual([
      ['light.turn_on', 'light.kitchen_lights'],
      ['switch.turn_on', 'switch.coffee'],
    ]);
  });
  test('an area by its alias, a floor by its alias, all of a domain', async () => {
    const house = fakeHouse(obeys);
    await control(house, { action: 'turn_off', targets: ['area:kuche'], domain: 'light' });
    await control(house, { action: 'light.turn_off', targets: ['all:light'], except: ['downstairs'] });
    expect(idsSent(house)).toEqual([
      ['light.turn_off', 'light.kitchen_lights'],
      ['light.turn_off', 'light.reading_lamp'],
    ]);
  });
  test('a voice alias is read only when needed', async () => {
    const house = fakeHouse(obeys);
    await control(house, { action: 'turn_on', targets: ['big lamp'] });
    expect(idsSent(house)).toEqual([['light.turn_on', 'light.hall']]);
  });
  test('an entity id inside data is a target: it is checked and watched', async () => {
    const house = fakeHouse(obeys);
    const { data } = await control(house, { action: 'light.turn_on', data: { entity_id: 'light.hall' } });
    expect(data).toMatchObject({ done: 1, rows: [['light.hall', 'off', 'on']] });
    expect(house.calls[0]?.data).toEqual({});
  });
});

describe('nothing is sent', () => {
  test.each([
    ['a ghost beside a real one', { action: 'turn_on', targets: ['light.hall', 'light.hal'] }, 'not_found', 'light.hall'],
    ['a near name', { action: 'turn_on', targets: ['Hall lapm'] }, 'not_found', 'light.hall (Hall lamp)'],
    ['an unknown area', { action: 'turn_on', targets: ['area:Kichen'] }, 'not_found', 'Kitchen'],
    ['two of one name', { action: 'turn_on', targets: ['Reading lamp'] }, 'ambiguous', 'light.reading_lamp_2'],
    ['a misspelt action', { action: 'light.turn_onn', targets: ['light.hall'] }, 'not_found', 'light.turn_on'],
    [
      'a misspelt domain of an action',
      { action: 'lihgt.turn_on', targets: ['light.hall'] },
      'not_found',
      'ha_describe_action domain=\\"light\\"',
    ],
    ['a misspelt domain', { action: 'turn_on', targets: ['area:Kitchen'], domain: 'ligth' }, 'not_found', 'light'],
    ['all of a misspelt domain', { action: 'turn_off', targets: ['all:ligth'] }, 'not_found', 'light'],
    ['a misspelt field', { action: 'turn_on', targets: ['light.hall'], data: { brightnes_pct: 40 } }, 'invalid_input', 'brightness_pct'],
    ['a missing field', { action: 'notify.phone' }, 'invalid_input', 'message'],
    ['no targets', { action: 'light.turn_on' }, 'invalid_input', 'targets'],
    [
      'targets of an action that takes none',
      { action: 'notify.phone', targets: ['light.hall'], data: { message: 'x' } },
      'invalid_input',
      'light.hall',
    ],
    ['the wrong kind of thing', { action: 'light.turn_on', targets: ['switch.coffee'] }, 'invalid_input', 'switch.coffee'],
    ['a disabled entity', { action: 'turn_on', targets: ['light.attic'] }, 'unsupported', 'disabled'],
    ['a ghost inside data', { action: 'light.turn_on', data: { entity_id: 'light.nope' } }, 'not_found', 'light.nope'],
    ['a ghost among the exceptions', { action: 'turn_off', targets: ['area:Kitchen'], except: ['light.nope'] }, 'not_found', 'light.nope'],
  ])('%s', async (_what, args, code, words) => {
    const house = fakeHouse(obeys);
    const fields = await refusal(house, args);
    expect(fields.code).toBe(code);
    expect(JSON.stringify(fields)).toContain(words);
    expect(fields.sideEffects).toBe('none');
    expect(house.calls).toEqual([]);
  });
  test('near names come with their ids, and only of what the action fits', async () => {
    const fields = await refusal(fakeHouse(), { action: 'lock', targets: ['Front doors'] });
    expect(fields.didYouMean).toEqual(['lock.front_door (Front door)']);
    const other = await refusal(fakeHouse(), { action: 'close', targets: ['Garage doors'] });
    expect(other.didYouMean).toEqual(['cover.garage_door (Garage door)']);
  });
  test('a dry run', async () => {
    const house = fakeHouse(obeys);
    expect((await control(house, { action: 'turn_on', targets: ['light.hall'], dry_run: true })).data).toEqual({
      would_send: [['light.turn_on', 1, 'light.hall']],
    });
    expect(house.calls).toEqual([]);
  });
});

describe('what came of it', () => {
  test('done, unchanged and unavailable are told apart', async () => {
    const { data } = await control(fakeHouse(obeys), { action: 'turn_on', targets: ['light.hall', 'light.kitchen_lights', 'light.porch'] });
    expect(data).toMatchObject({ done: 1, unchanged: 1, failed: 1 });
    expect((data['rows'] as string[][])[0]).toEqual([
      'light.porch',
      expect.stringMatching(/^unavailable/),
      expect.stringMatching(/^unavailable/),
      expect.any(String),
    ]);
  });
  test('one of a room that does not answer is counted by itself, after what was done', async () => {
    const { data } = await control(fakeHouse(obeys), { action: 'turn_on', targets: ['area:Hall'] });
    expect(data).toMatchObject({ done: 2, failed: 0, unavailable: 1 });
    expect((data['rows'] as string[][]).map(([id]) => id)).toEqual(['light.hall', 'light.reading_lamp_2', 'light.porch']);
    const both = await control(fakeHouse(obeys), { action: 'light.turn_on', targets: ['area:Hall', 'light.porch'] });
    expect(both.data).toMatchObject({ done: 2, failed: 1 });
  });
  test('accepted and nothing happened is a failure', async () => {
    expect((await control(fakeHouse(), { action: 'turn_on', targets: ['light.hall'] })).data).toMatchObject({ done: 0, failed: 1 });
  });
  test('nothing happened yet, on a device that is only asked now and then: not confirmed, not failed', async () => {
    const house = { ...fakeHouse(), polled: async () => new Set(['climate.bedroom']) };
    const args = { action: 'climate.set_temperature', targets: ['climate.bedroom'], data: { temperature: 21 } };
    const { data } = await control(house, args);
    expect(data).toMatchObject({ done: 0, failed: 0, pending: 1 });
    expect(JSON.stringify(data)).toContain('not confirmed yet');
  });
  test('a cover that is closing is pending', async () => {
    expect((await control(fakeHouse(obeys), { action: 'close', targets: ['Blinds'] })).data).toMatchObject({ done: 0, pending: 1 });
  });
  test('a half open cover is not open yet', async () => {
    expect((await control(fakeHouse(), { action: 'open', targets: ['Blinds'] })).data).toMatchObject({ unchanged: 0, failed: 1 });
  });
  test('a refused group does not hide what another did', async () => {
    const house = fakeHouse((call, there) => {
      if (call.domain === 'switch')
        throw new ToolError({ code: 'invalid_input', what: 'Home Assistant refused transition', sideEffects: 'none' });
      return obeys(call, there);
    });
    const { data } = await control(house, { action: 'turn_off', targets: ['light.kitchen_lights', 'switch.coffee'] });
    expect(data).toMatchObject({ done: 1, failed: 1 });
    expect(JSON.stringify(data)).toContain('refused transition');
  });
  test('an error of the call does not hide what its other targets did', async () => {
    const house = fakeHouse((call, there) => {
      obeys({ ...call, entityIds: ['light.hall'] }, there);
      throw new ToolError({ code: 'upstream_error', what: 'one lamp is asleep', sideEffects: 'unknown' });
    });
    const { data } = await control(house, { action: 'turn_on', targets: ['light.hall', 'light.reading_lamp'] });
    expect(data).toMatchObject({ done: 1, failed: 1 });
    expect(data['rows']).toEqual([
      ['light.reading_lamp', 'off', 'off', 'one lamp is asleep'],
      ['light.hall', 'off', 'on'],
    ]);
  });
  test('an answer that never came is unknown, not success and not failure', async () => {
    const house = fakeHouse(() => {
      throw new ToolError({ code: 'timeout', what: 'No answer', sideEffects: 'unknown' });
    });
    expect((await control(house, { action: 'lock', targets: ['lock.front_door'] })).data).toMatchObject({ done: 0, failed: 0, unknown: 1 });
  });
  test('a message is sent, and nobody says that it arrived', async () => {
    expect((await control(fakeHouse(), { action: 'notify.phone', data: { message: 'hi' } })).data).toMatchObject({
      sent: true,
      verified: false,
    });
  });
  test('a service that only answers gives its answer', async () => {
    const house = fakeHouse(() => ({ 'todo.shopping': { items: [{ summary: 'milk' }] } }));
    const { data } = await control(house, { action: 'todo.get_items', targets: ['todo.shopping'] });
    expect(house.calls[0]?.returnResponse).toBe(true);
    expect(data).toEqual({ sent: true, response: { 'todo.shopping': { items: [{ summary: 'milk' }] } } });
  });
});

describe('consent', () => {
  test('unlocking asks first, naming the door and what will be; a no sends nothing', async () => {
    const house = fakeHouse(obeys);
    const { context, asked } = houseContext(house, 'no');
    const answer = controlTool.handler(controlTool.input.parse({ action: 'unlock', targets: ['Front door'] }), context);
    await expect(answer).rejects.toThrow('said no');
    expect(asked[0]?.will).toEqual([['unlock', 'lock.front_door', 'locked → unlocked']]);
    expect(asked[0]?.summary).toBe('Unlock lock.front_door');
    expect(house.calls).toEqual([]);
  });
  test('a yes unlocks, verified; the approval goes down with the call', async () => {
    const { data, asked } = await control(fakeHouse(obeys), { action: 'unlock', targets: ['lock.front_door'] }, 'yes');
    expect(asked).toHaveLength(1);
    expect(data).toMatchObject({ done: 1, rows: [['lock.front_door', 'locked', 'unlocked']] });
  });
  test.each(['open', 'cover.open_cover', 'toggle'])('the garage door asks for %s', async (action) => {
    const house = fakeHouse(obeys);
    expect((await refusal(house, { action, targets: ['cover.garage_door'] })).code).toBe('confirmation_declined');
    expect(house.calls).toEqual([]);
  });
  test('locking does not ask', async () => {
    expect((await control(fakeHouse(obeys), { action: 'lock', targets: ['lock.front_door'] })).asked).toEqual([]);
  });
});

test('a calendar event that was changed says so, though the calendar cannot be read', async () => {
  const event: CalendarEvent = { uid: 'e1', summary: 'Dentist', start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' };
  let written = 0;
  const home = fakeHome([{ name: 'Family', state: stateNow('calendar.family', 'off', { supported_features: 7 }) }], {
    services: async () => calendarEdits,
    calendarEvents: async () => (written > 0 ? away() : [event]),
    editCalendarEvent: async () => void (written += 1),
  });
  const args = { action: 'calendar.update_event', targets: ['calendar.family'], data: { event: 'e1', summary: 'Late' }, wait_s: 0 };
  const { data } = await runAgreed(controlTool, args, home);
  expect(written).toBe(1);
  expect(data).toMatchObject({
    unverified: 1,
    rows: [['calendar.family', expect.any(String), 'not read back', expect.stringMatching(/^done/)]],
  });
});

test('to-do items that were added are told, though the list cannot be read for the next', async () => {
  const services = [{ domain: 'todo', service: 'add_item', fields: [], target: { domains: ['todo'] }, response: 'none' as const }];
  let written = 0;
  const home = fakeHome([{ name: 'Shopping', state: stateNow('todo.shopping', '0') }], {
    services: async () => services,
    callService: async ({ service }) => {
      if (service === 'add_item') written += 1;
      else if (written > 0) return away();
      return { contextId: 'c', response: { 'todo.shopping': { items: [] } } };
    },
  });
  const args = { action: 'todo.add_item', targets: ['todo.shopping'], data: { item: ['milk', 'eggs'] }, wait_s: 0 };
  expect((await runAgreed(controlTool, args, home)).data).toMatchObject({ pending: 1, not_sent: 1 });
  expect(written).toBe(1);
});
