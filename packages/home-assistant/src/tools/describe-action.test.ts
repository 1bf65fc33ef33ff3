import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeHouse, houseContext } from '../../test/doubles/fake-house.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { describeActionTool } from './describe-action.ts';

const house = fakeHouse();
const { context } = houseContext(house);
const describeAction = async (args: Record<string, unknown>) =>
  (await describeActionTool.handler(describeActionTool.input.parse(args), context)).data;

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('one action in full, by name or by target', async () => {
    expect(await replies.reply('ha_describe_action', { action: 'lock.unlock' })).toMatchSnapshot();
    expect(
      await replies.reply('ha_describe_action', { action: 'set_temperature', targets: ['climate.bedroom_thermostat'] }),
    ).toMatchSnapshot();
    expect(await replies.reply('ha_describe_action', { action: 'calendar.get_events' })).toMatchSnapshot();
  });
  test('the actions of a domain, of targets, and the domains', async () => {
    expect(await replies.reply('ha_describe_action', { domain: 'cover' })).toMatchSnapshot();
    expect(await replies.reply('ha_describe_action', { targets: ['lock.front_door', 'light.hall_lights'] })).toMatchSnapshot();
    expect(await replies.reply('ha_describe_action', { action: 'turn_off' })).toMatchSnapshot();
    expect(await replies.reply('ha_describe_action', {})).toMatchSnapshot();
  });
  test('an action that is not there', async () => {
    expect(await replies.reply('ha_describe_action', { action: 'light.tunr_on' })).toMatchSnapshot();
  });
});

test('fields say how a value is written', async () => {
  const duration = { name: 'duration', required: false, selector: { text: null }, example: '00:01:00 or 60', description: 'How long.' };
  const at = { name: 'at', required: true, selector: { datetime: null } };
  const services = async () => [{ domain: 'timer', service: 'start', fields: [duration, at], response: 'none' as const }];
  const { data } = await describeActionTool.handler({ action: 'timer.start' }, { ...context, operations: { ...house, services } });
  expect(data['fields']).toEqual({
    duration: 'text, e.g. 00:01:00 or 60: How long.',
    'at*': 'datetime e.g. "2026-11-25 17:30:00"',
  });
});
test('fields of one action, in full, by domain, or by target', async () => {
  const full = { actions: [{ action: 'climate.set_temperature' }] };
  expect(await describeAction({ action: 'light.turn_on' })).toMatchObject({ action: 'light.turn_on' });
  expect(await describeAction({ action: 'turn_on', domain: 'light' })).toMatchObject({ action: 'light.turn_on' });
  expect(await describeAction({ action: 'set_temperature', targets: ['climate.bedroom'] })).toMatchObject(full);
  expect(await describeAction({ action: 'turn_off' })).toEqual({ domains_with: ['light', 'switch'] });
  expect(await describeAction({ targets: ['Big lamp'] })).toHaveProperty('actions.light');
  await expect(describeAction({ action: 'light.tunr_on' })).rejects.toThrow('no action');
  await expect(describeAction({ action: 'frobnicate' })).rejects.toThrow('frobnicate');
});
