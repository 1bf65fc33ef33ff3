import { tokensOf } from '@switchyard-mcp/testkit';
import { expect, test } from 'vitest';
import { stateNow } from '../../test/doubles/fake-home.ts';
import type { Ending, TargetOutcome } from '../domain/perform.ts';
import { controlReply } from './control-reply.ts';

const nowMs = Date.parse('2026-11-25T12:00:00Z');
const outcome = (entityId: string, ending: Ending, note?: string): TargetOutcome => ({
  entityId,
  before: stateNow(entityId, ending === 'unchanged' ? 'off' : 'on'),
  after: stateNow(entityId, 'off'),
  ending,
  ...(note ? { note } : {}),
});

test('of many rows the bad ones come first, what was so already is only counted, and it stays short', () => {
  const many = Array.from({ length: 40 }, (_, index) => outcome(`light.number_${index}`, index < 30 ? 'unchanged' : 'done'));
  const reply = controlReply([{ targets: [...many, outcome('light.bad', 'failed', 'it did not answer')] }], { nowMs });
  expect(reply).toMatchObject({ done: 10, unchanged: 30, failed: 1, more: '33 more rows, none worse than these' });
  expect((reply['rows'] as string[][])[0]).toEqual(['light.bad', 'on', 'off', 'it did not answer']);
  expect(tokensOf(reply)).toBeLessThanOrEqual(150);
});

test('a long response is cut and says so', () => {
  const reply = controlReply([{ targets: [], response: { text: 'x'.repeat(9000) } }], { nowMs });
  expect(JSON.stringify(reply)).toMatch(/cut: 90\d\d characters/);
});

test('what the words for a state do not show is told by the attributes that changed', () => {
  const speaker = (attributes: Record<string, unknown>) => stateNow('media_player.tv', 'idle', attributes);
  const before = speaker({ volume_level: 0.3, media_position_updated_at: 'then', group_members: [] });
  const after = speaker({ volume_level: 0.2, media_position_updated_at: 'now', group_members: ['x'] });
  const rowOf = (was: TargetOutcome['before'], is: TargetOutcome['after']) =>
    controlReply([{ targets: [{ entityId: 'x', before: was, after: is, ending: 'done' }] }], { nowMs })['rows'];
  expect(rowOf(before, after)).toEqual([['x', 'idle', 'idle', 'volume_level 0.3 → 0.2']]);
  const script = (ran: string) => stateNow('script.night', 'off', { last_triggered: ran });
  expect(rowOf(script('a'), script('b'))).toEqual([['x', 'off', 'off', 'ran; ha_explain tells its steps']]);
});
