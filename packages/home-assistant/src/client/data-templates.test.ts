import { expect, test } from 'vitest';
import { readsRegistries, templatesIn } from './data-templates.ts';

test('templates are found however deep, plain texts are not', () => {
  const data = { message: 'hi {{ states.lock.door.state }}', data: { actions: [{ title: '{% if x %}1{% endif %}' }, '{plain}'] }, n: 1 };
  expect(templatesIn(data)).toEqual(['hi {{ states.lock.door.state }}', '{% if x %}1{% endif %}']);
});

test.each([
  ["{{ area_entities('Hall') | count }}", true],
  ["{{ device_attr('lock.' ~ 'door', 'name') }}", true],
  ["{{ 'lock.' ~ 'door' | device_id }}", true],
  ['{{ areas() }}', true],
  ["{{ states('light.lamp') }}", false],
  ['{{ state_attr("climate.x", "temperature") }}', false],
  ['labels are fine as a word', false],
])('%s reads registries: %s', (template, reads) => {
  expect(readsRegistries(template)).toBe(reads);
});
