import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, devices, house, refusal } from '../../test/doubles/acting-house.ts';
import { fakeSystem, fakeVivint, thermostat } from '../../test/doubles/fake-vivint.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import { operateTool } from './operate.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('a level of several lights, one of which has it already', async () => {
    expect(await replies.reply('vivint_operate', { devices: ['Dining Room Dimmer', '53'], level: 40, system: 'Home' })).toMatchSnapshot();
  });
  test('a thermostat, and one that cannot be so warm', async () => {
    expect(await replies.reply('vivint_operate', { devices: ['Downstairs'], heat_to: 22, hold: 'permanent' })).toMatchSnapshot();
    expect(await replies.reply('vivint_operate', { devices: ['Downstairs'], heat_to: 60 })).toMatchSnapshot();
  });
});

test('on, off and level', async () => {
  expect((await call(operateTool, house(), { devices: ['Porch', 'Fan'], on: true })).data).toMatchObject({ done: 2 });
  expect((await call(operateTool, house(), { devices: ['Porch'], on: false })).data).toMatchObject({ unchanged: 1 });
});
test('level of a light, not of a switch', async () => {
  expect((await call(operateTool, house(), { devices: ['50'], level: 40 })).data).toMatchObject({
    rows: [['50', 'Porch', 'off', 'on 40%']],
  });
  expect((await refusal(operateTool, house(), { devices: ['51'], level: 40 })).code).toBe('invalid_input');
});
test('a thermostat is checked before anything is sent', async () => {
  const fake = house();
  expect((await refusal(operateTool, fake, { devices: ['60'], heat_to: 50 })).issues?.[0]).toMatchObject({
    path: 'heat_to',
    expected: '7 to 35 °C',
  });
  expect((await refusal(operateTool, fake, { devices: ['60'], mode: 'heta' })).issues?.[0]?.expected).toContain('did you mean heat');
  expect((await refusal(operateTool, fake, { devices: ['60'], mode: 'auto', heat_to: 24.5 })).issues?.[0]?.path).toBe('cool_to');
  expect(fake.acts).toEqual([]);
  const { data } = await call(operateTool, fake, { devices: ['60'], heat_to: 21.5, hold: 'permanent' });
  expect(data).toEqual({
    done: 1,
    rows: [
      [
        '60',
        'Hall',
        'heat, heat to 20 °C, cool to 25 °C, fan auto, on schedule',
        'heat, heat to 21.5 °C, cool to 25 °C, fan auto, hold permanent',
      ],
    ],
  });
});
test('a set point shows in a mode that does not use it', async () => {
  const fake = house();
  fake.change(thermostat(60, 'Hall', { mode: 'off' }));
  const { data } = await call(operateTool, fake, { devices: ['60'], heat_to: 21 });
  expect(data).toMatchObject({
    done: 1,
    rows: [['60', 'Hall', expect.stringContaining('off, heat to 20'), expect.stringContaining('off, heat to 21 °C')]],
  });
});
test('a thermostat whose unit nobody knows is sent no temperature, and its mode still can be set', async () => {
  const fake = house();
  fake.change(thermostat(60, 'Hall', { unitUnknown: true }));
  expect(await refusal(operateTool, fake, { devices: ['60'], heat_to: 21 })).toMatchObject({ code: 'unsupported', sideEffects: 'none' });
  expect(fake.acts).toEqual([]);
  expect((await call(operateTool, fake, { devices: ['60'], mode: 'off' })).data).toMatchObject({ done: 1 });
});
test('set points too close together are told in the unit of the home', async () => {
  const fake = fakeVivint([fakeSystem(devices, { temperatureUnit: 'F' })]);
  expect((await refusal(operateTool, fake, { devices: ['60'], mode: 'auto', heat_to: 75 })).issues).toEqual([
    { path: 'cool_to', got: '2 °F apart', expected: 'at least 3.6 °F above heat_to in mode auto' },
  ]);
});
test('lights and thermostats at once, or nothing at all, is refused', async () => {
  expect((await refusal(operateTool, house(), { devices: ['50'] })).code).toBe('invalid_input');
  expect((await refusal(operateTool, house(), { devices: ['50'], on: true, mode: 'heat' })).code).toBe('invalid_input');
  for (const wish of [
    { on: true, level: 0 },
    { on: false, level: 40 },
  ])
    expect((await refusal(operateTool, house(), { devices: ['50'], ...wish })).what).toContain('contradict each other');
  expect((await refusal(operateTool, house(), { devices: ['60'], on: true })).code).toBe('invalid_input');
});
