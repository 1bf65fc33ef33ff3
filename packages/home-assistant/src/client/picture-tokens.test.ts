import { expect, test } from 'vitest';
import { asksForTokens, deepWithoutTokens, withoutTokens } from './picture-tokens.ts';

const picture = '/api/camera_proxy/camera.door?token=canary-1&width=2';

test('attributes lose their tokens, and are the same object when there were none', () => {
  expect(withoutTokens({ access_token: 'canary-1', entity_picture: picture, friendly_name: 'Door' })).toEqual({
    friendly_name: 'Door',
    entity_picture: '/api/camera_proxy/camera.door?token=…&width=2',
  });
  const plain = { friendly_name: 'Lamp' };
  expect(withoutTokens(plain)).toBe(plain);
});

test('so do answers, however deep', () => {
  const event = { new_state: { attributes: { access_token: 'canary-1', list: [{ url: `http://x${picture}` }] } }, count: 2 };
  const cleaned = deepWithoutTokens(event);
  expect(JSON.stringify(cleaned)).not.toContain('canary');
  expect(cleaned).toMatchObject({ count: 2, new_state: { attributes: { list: [{ url: expect.stringContaining('camera.door') }] } } });
});

test('a whole state written as text loses it too', () => {
  expect(deepWithoutTokens("State: {'access_token': 'canary-1', 'brand': 'x'}")).toBe("State: {'access_token': '…', 'brand': 'x'}");
});

test('a template that asks for one is known by the name', () => {
  expect([asksForTokens("{{ state_attr('camera.x', 'access_token') }}"), asksForTokens("{{ states('camera.x') }}")]).toEqual([true, false]);
});
