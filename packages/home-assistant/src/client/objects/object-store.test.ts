import { expect, test } from 'vitest';
import { issueOf } from './object-store.ts';

const body = { actions: [{ action: 'light.turn_on' }, { delay: 'soon' }], conditions: [{ condition: 'state' }] };

test.each([
  ['offset soon is odd (at actions.1.delay)', [], '/actions/1/delay', '"soon"'],
  ["offset soon is odd at 'actions[1].delay'", [], '/actions/1/delay', '"soon"'],
  ["offset soon is odd at '[1].delay'", ['actions'], '/actions/1/delay', '"soon"'],
  ['required key not provided (at 0.state)', ['conditions'], '/conditions/0', '{"condition":"state"}'],
  ['no place at all', ['actions'], '/actions', JSON.stringify(body.actions)],
])('%s', (reason, root, path, got) => {
  const issue = issueOf(reason, body, root);
  expect(issue).toMatchObject({ path, got });
  expect(issue.expected).toMatch(/it says: (offset soon is odd|required key not provided|no place at all)$/);
});
