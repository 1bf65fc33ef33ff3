import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Run, RunStep } from '../domain/insight-operations.ts';
import { lastLineOf, type StoryHome, storyOf } from './run-story.ts';

type Raw = Record<string, unknown>;

/** Answers of trace/get as Core gave them; read here without the client, whose words must not decide what a test sees. */
const recorded = JSON.parse(readFileSync(new URL('./fixtures/runs-2025.4.4.json', import.meta.url), 'utf8')) as Record<string, Raw>;

const runOf = (name: string): Run => {
  const raw = recorded[name] ?? {};
  const steps = Object.entries(raw['trace'] as Record<string, Raw[]>).flatMap(([path, visits]) =>
    visits.map((visit) => {
      const child = visit['child_id'] as Raw | undefined;
      const about = { changedVariables: visit['changed_variables'], result: visit['result'], error: visit['error'] };
      const known = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
      const started = child && { child: { domain: child['domain'], itemId: child['item_id'], runId: child['run_id'] } };
      return { path, at: 0, ...known, ...started } as RunStep;
    }),
  );
  return {
    domain: raw['domain'] as Run['domain'],
    itemId: String(raw['item_id']),
    runId: String(raw['run_id']),
    startedAt: 0,
    outcome: String(raw['script_execution']),
    lastStep: String(raw['last_step']),
    ...(typeof raw['trigger'] === 'string' ? { trigger: raw['trigger'] } : {}),
    steps,
    body: raw['config'] as Raw,
  };
};

const home: StoryHome = { timeZone: 'Europe/Amsterdam', exists: (_kind, id) => !/nope|no_area|nofloor|nolabel|^dead/.test(id) };
const story = (name: string): readonly string[] => storyOf(runOf(name), home);

test.each([
  ['numeric-0', 'condition/0 numeric_state sensor.outside_temperature above 22 → false, is 15.6'],
  ['and-0', 'condition/0/conditions/1 numeric_state sensor.outside_temperature below 5 → false, is 15.6'],
  [
    'tmpltype-0',
    "condition/0 template {{ states('sensor.outside_temperature') > 20 }} → error: TypeError: '>' not supported between instances of 'str' and 'int' (a state is text: put | float(0) after it)",
  ],
  [
    'numnon-0',
    "condition/0 numeric_state input_select.house_mode above 1 → error: entity input_select.house_mode state 'Home' cannot be processed as a number",
  ],
  ['unknownent-0', 'condition/0 state sensor.nope = on → error: unknown entity sensor.nope'],
  ['unknownact-0', 'action/1 light.turn_onn light.bed_light → error: Action light.turn_onn not found'],
  [
    'fail-0',
    'action/0 input_number.set_value input_number.target_humidity {"value":500} → error: Invalid value for input_number.target_humidity: 500.0 (range 30.0 - 80.0)',
  ],
  ['stopped-0', 'action/0 stop: no need → error: no need'],
  ['sunny-0', 'condition/0 sun after sunset → false, wants after 16:35'],
  [
    'multi-0',
    'condition/0 state light.bed_light, light.kitchen_lights = off or unavailable for 00:10:00 → false, light.bed_light is off, not since 16:00',
  ],
  ['single-0', 'action/0 delay 00:00:20 → not over'],
])('%s: the step at which it ended, with what decided', (name, line) => {
  expect(lastLineOf(runOf(name), home)).toBe(line);
  expect(story(name).at(-1)).toBe(line);
});

test('a call of what is not there did nothing, although Core calls the run finished', () => {
  expect(story('unknownact-0')[1]).toBe('action/0 light.turn_on light.nope → light.nope does not exist: nothing was done');
  expect(story('missing-0')[1]).toMatch(/device:dead.*area:no_area, floor:nofloor, label:nolabel do not exist: nothing was done$/);
});

test('a long run step by step: choices, loops, waits, parallel steps, scripts, what is switched off', () => {
  expect(story('choose-0')).toEqual([
    'trigger/0 state input_boolean.guest_mode → input_boolean.guest_mode off → on',
    'action/0 choose of 2 → option 2',
    'action/0/choose/0/conditions/0 state input_select.house_mode = Night → false, is Home',
    "action/0/choose/1/conditions/0 template {{ trigger.id == 'guest' }} → true",
    'action/0/choose/1/sequence/0 light.turn_off light.bed_light → done',
    'action/1 if → else',
    'action/1/if/condition/0 state input_boolean.vacation = on → false, is off',
    'action/1/else/0 variables y',
    'action/2 repeat count 3',
    'action/2/repeat/sequence/0 counter.increment counter.coffee_cups → done (3 times)',
    'action/3 delay 00:00:01 → over',
    "action/4 wait until {{ is_state('input_boolean.vacation','on') }} → timed out",
    'action/5 wait for event never → timed out',
    'action/6 parallel',
    'action/6/parallel/0/sequence/0 light.turn_on light.bed_light → done',
    'action/6/parallel/1/sequence/0 light.turn_off light.bed_light → done',
    'action/7 fire event my_event',
    'action/8 script.count_lights → done (run 9602a2 of script.count_lights)',
    'action/9 light.turn_on light.bed_light (switched off) → switched off',
    'action/10 state input_boolean.vacation = on → false, is off',
  ]);
});

test('a run of many steps keeps its beginning and its end', () => {
  const lines = storyOf(runOf('choose-0'), home, 6);
  expect(lines).toHaveLength(7);
  expect(lines[3]).toBe('… 14 more steps');
  expect(lines.at(-1)).toMatch(/^action\/10 /);
});

test('a script is called, an automation may be', () => {
  expect(story('script-0')).toEqual(['sequence/0 light.turn_on light.ceiling_lights {"brightness_pct":30} → done']);
  expect(story('state-1')[0]).toBe('trigger started by a call, not by a trigger');
});
