import { expect, test } from 'vitest';
import { fakeHome, stateNow } from '../../test/doubles/fake-home.ts';
import { triggersNow } from './triggers-now.ts';

const home = await fakeHome([
  { name: 'Door', state: stateNow('lock.door', 'unlocked') },
  { name: 'Warm', state: stateNow('sensor.warm', '21.5') },
  { name: 'Gone', state: stateNow('sensor.gone', 'unavailable') },
]).home(new AbortController().signal);
const told = (...triggers: readonly unknown[]): readonly string[] =>
  triggersNow(home, triggers, () => 'for 1m').map(({ path, seen, problem }) => [path, problem ?? '-', seen].filter(Boolean).join(' | '));

test('what a trigger looks at now, and that it fires only when it begins', () => {
  expect(
    told({ trigger: 'state', entity_id: 'lock.door', to: 'unlocked' }, { platform: 'state', entity_id: 'lock.door', to: 'locked' }),
  ).toEqual(['trigger/0 | - | is unlocked for 1m, so already: it fires only when that begins', 'trigger/1 | - | is unlocked for 1m']);
  expect(told({ trigger: 'numeric_state', entity_id: ['sensor.warm'], above: 20, below: 25 })[0]).toContain('so already');
  expect(told({ trigger: 'numeric_state', entity_id: ['sensor.warm'], above: 22 })[0]).not.toContain('so already');
});

test('what keeps a trigger from firing', () => {
  expect(
    told(
      { trigger: 'state', entity_id: ['sensor.gone', 'sensor.nope'] },
      { trigger: 'device', device_id: 'd9', domain: 'light', type: 'turned_on' },
      { trigger: 'time', at: '03:00:00', enabled: false },
      { trigger: 'sun', event: 'sunset' },
    ),
  ).toEqual([
    'trigger/0 | sensor.gone is unavailable for 1m; sensor.nope does not exist',
    'trigger/1 | its device does not exist',
    'trigger/2 | it is switched off',
    'trigger/3 | -',
  ]);
});
