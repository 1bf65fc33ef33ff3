import { ToolError } from '@switchyard-mcp/core';
import { tokensOf } from '@switchyard-mcp/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeContext, fakeHome, quietInsight, stateNow } from '../../test/doubles/fake-home.ts';
import { type Replies, startReplies } from '../../test/replies.ts';
import type { InsightOperations } from '../domain/insight-operations.ts';
import type { ObjectBody } from '../domain/object-operations.ts';
import { parseObjectRef } from '../domain/object-ref.ts';
import { diagnoseTool } from './diagnose.ts';

describe('whole replies', () => {
  let replies: Replies;
  beforeAll(async () => {
    replies = await startReplies();
  });
  afterAll(() => replies.close());

  test('of all sections, a page, one section', async () => {
    expect(await replies.reply('ha_diagnose', {})).toMatchSnapshot();
    expect(await replies.reply('ha_diagnose', { limit: 2 })).toMatchSnapshot();
    expect(await replies.reply('ha_diagnose', { section: 'logs' })).toMatchSnapshot();
  });
  test('a section that is not one', async () => {
    expect(await replies.reply('ha_diagnose', { section: 'battery' })).toMatchSnapshot();
  });
});

const ask = async (args: Record<string, unknown>, insight: Partial<InsightOperations> = {}): Promise<Record<string, unknown>> => {
  const low = (id: string, percent: string) => ({ name: id, state: stateNow(id, percent, { device_class: 'battery' }) });
  const operations = fakeHome([low('sensor.a', '9'), low('sensor.b', '3'), low('sensor.c', '80')], {
    insight: { ...quietInsight, ...insight },
  });
  return (await diagnoseTool.handler(diagnoseTool.input.parse(args), fakeContext(operations))).data;
};

test('counts, the worst first, and a cursor that belongs to its section', async () => {
  const reply = await ask({ limit: 1 });
  expect(reply).toMatchObject({ total: 2, shown: 1, counts: { batteries: 2 }, rows: [['batteries', 'sensor.b', '3 % (sensor.b)']] });
  expect(await ask({ limit: 1, cursor: reply['next'] })).toMatchObject({ rows: [['batteries', 'sensor.a', '9 % (sensor.a)']] });
  await expect(ask({ section: 'logs', cursor: reply['next'] })).rejects.toThrow('cursor');
});

test('a part that cannot be read is named and the others are told; a lost connection fails the call', async () => {
  const failing = (code: 'permission_denied' | 'timeout' | 'upstream_unavailable') => async (): Promise<never> => {
    throw new ToolError({ code, what: 'Reading failed.', why: 'Unauthorized' });
  };
  const reply = await ask({}, { logs: failing('permission_denied'), checkConfig: failing('timeout') });
  expect(reply['not_checked']).toEqual(["logs: needs an administrator's token", 'config: Unauthorized']);
  expect(reply['total']).toBe(2);
  await expect(ask({}, { logs: failing('upstream_unavailable') })).rejects.toThrow('Reading failed.');
});

test('a section reads only what it is told from', async () => {
  const asked: string[] = [];
  const repairs = async () => {
    asked.push('repairs');
    return [];
  };
  const logs = async () => {
    asked.push('logs');
    return [];
  };
  await ask({ section: 'repairs' }, { repairs, logs });
  expect(asked).toEqual(['repairs']);
});

test('forty thousand entities and two thousand automations: every fault is counted, and the reply stays short', async () => {
  const kinds = ['light', 'sensor', 'switch', 'binary_sensor'];
  const lamps = Array.from({ length: 40_000 }, (_, index) => {
    const id = `${kinds[index % 4]}.thing_${index}`;
    return { name: id, state: stateNow(id, index % 100 === 0 ? 'unavailable' : 'on') };
  });
  const bodies = Array.from({ length: 2_000 }, (_, index): ObjectBody => {
    const lamp = index % 50 === 0 ? `light.gone_${index}` : `light.thing_${index * 4}`;
    const condition = index % 100 === 0 ? "{{ states('sensor.thing_1') > 5 }}" : `{{ is_state('${lamp}', 'on') and now().hour > 5 }}`;
    const actions = [{ choose: [{ conditions: [condition], sequence: [{ action: 'light.turn_on', target: { entity_id: lamp } }] }] }];
    return { ref: parseObjectRef(`automation.number_${index}`), name: `Number ${index}`, body: { triggers: [], actions } };
  });
  const base = fakeHome(lamps, { services: async () => [{ domain: 'light', service: 'turn_on', fields: [], response: 'none' }] });
  const operations = { ...base, objects: { ...base.objects, bodies: async () => bodies } };
  const { data } = await diagnoseTool.handler(diagnoseTool.input.parse({}), fakeContext(operations));
  expect(data['counts']).toEqual({ references: 40, types: 20, unavailable: 1 });
  expect(tokensOf(data)).toBeLessThanOrEqual(1500);
});
