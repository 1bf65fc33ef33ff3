import { ToolError } from '@switchyard-mcp/core';
import { expect, test } from 'vitest';
import { fakeHome, quietInsight, stateNow } from '../../test/doubles/fake-home.ts';
import { type ConditionNow, conditionsNow, plainVariables } from './conditions-now.ts';

const things = [
  { name: 'Hall', state: stateNow('light.hall', 'on') },
  { name: 'Mode', state: stateNow('input_select.mode', 'Home') },
  { name: 'Warm', state: stateNow('sensor.warm', '21.5') },
];

/** A home whose Core says true to what is asked of the hall and false to all else; templates are true when they say so. */
const operations = fakeHome(things, {
  insight: {
    ...quietInsight,
    testCondition: async (condition) => {
      const text = JSON.stringify(condition);
      if (text.includes('"sun"')) throw new ToolError({ code: 'timeout', what: 'no answer' });
      if (text.includes('"zone.home"'))
        throw new ToolError({ code: 'permission_denied', what: 'no', why: "needs an administrator's token" });
      return text.includes('light.hall');
    },
  },
  renderTemplate: async (template) => {
    if (template.includes('oops')) throw new ToolError({ code: 'invalid_input', what: 'no', why: 'UndefinedError: oops is undefined' });
    return template.includes('yes') ? 'on' : false;
  },
});
const evaluate = async (...conditions: readonly unknown[]): Promise<readonly ConditionNow[]> => {
  const signal = new AbortController().signal;
  return conditionsNow(conditions, 'condition', { operations, home: await operations.home(signal), variables: {}, signal });
};
const told = async (...conditions: readonly unknown[]): Promise<readonly string[]> =>
  (await evaluate(...conditions)).map(({ path, verdict, seen }) => [path, verdict, seen].filter(Boolean).join(' '));

const holds = { condition: 'state', entity_id: 'light.hall', state: 'on' };
const fails = { condition: 'numeric_state', entity_id: 'sensor.warm', above: 22 };
const missing = { condition: 'state', entity_id: 'sensor.nope', state: 'on' };

test('each condition with the values that decide', async () => {
  expect(await told(holds, fails)).toEqual(['condition/0 true is on', 'condition/1 false is 21.5']);
  expect(
    await told("{{ states('sensor.warm') == 'yes' }}", { condition: 'template', value_template: "{{ is_state('light.hall', 'no') }}" }),
  ).toEqual(['condition/0 true sensor.warm is 21.5', 'condition/1 false light.hall is on']);
});

test('what Core would answer with silence is told as an error', async () => {
  expect(await told(missing)).toEqual(['condition/0 error sensor.nope does not exist']);
  expect(await told({ condition: 'numeric_state', entity_id: 'input_select.mode', above: 1 })).toEqual([
    'condition/0 error input_select.mode is "Home", which is not a number',
  ]);
  expect(await told({ condition: 'sun', after: 'sunset' })).toEqual([
    'condition/0 error Home Assistant gives no answer: evaluating it fails',
  ]);
  expect(await told('{{ oops }}')).toEqual(['condition/0 error UndefinedError: oops is undefined']);
});

test('what cannot be told now is not called false', async () => {
  expect(await told("{{ trigger.id == 'x' }}", { condition: 'trigger', id: 'x' })).toEqual([
    'condition/0 unknown depends on the trigger',
    'condition/1 unknown depends on the trigger',
  ]);
  expect(await told({ condition: 'zone', entity_id: 'light.hall', zone: 'zone.home' })).toEqual([
    "condition/0 unknown needs an administrator's token",
  ]);
  expect(await told({ ...holds, enabled: '{{ maybe }}' })).toEqual(['condition/0 unknown a template switches it on or off']);
  expect(await told({ ...fails, enabled: false })).toEqual(['condition/0 off']);
});

test('and, or, not weigh what is inside as Core does, in long and short spelling', async () => {
  const verdict = async (condition: unknown): Promise<string | undefined> => (await evaluate(condition))[0]?.verdict;
  expect(await verdict({ condition: 'and', conditions: [holds, fails, missing] })).toBe('false');
  expect(await verdict({ and: [holds, missing] })).toBe('error');
  expect(await verdict({ or: [missing, holds] })).toBe('true');
  expect(await verdict({ condition: 'or', conditions: [missing, fails] })).toBe('error');
  expect(await verdict({ not: [fails] })).toBe('true');
  expect(await verdict({ not: [fails, holds] })).toBe('false');
  expect(await verdict({ and: [holds, { ...fails, enabled: false }] })).toBe('true');
  expect(await told({ or: [fails, { and: [holds] }] })).toEqual([
    'condition/0 true',
    'condition/0/conditions/0 false is 21.5',
    'condition/0/conditions/1 true',
    'condition/0/conditions/1/conditions/0 true is on',
  ]);
});

test('only variables that need no rendering are handed on', () => {
  expect(plainVariables({ variables: { level: 3, room: '{{ area }}', deep: { x: ['{% if %}'] } } })).toEqual({ level: 3 });
});
