import { fileURLToPath } from 'node:url';
import { inputJsonSchema } from '@switchyard-mcp/core';
import { contractProblems, looseOutputs, snapshotProblems, type ToolLike } from '@switchyard-mcp/testkit';
import { vivintServer } from '@switchyard-mcp/vivint';
import { expect, test } from 'vitest';

const inputSchema = (tool: ToolLike) => inputJsonSchema(tool as never) as Record<string, unknown>;

test('every tool keeps the rules of the house', () => {
  const problems = contractProblems(vivintServer.tools, {
    prefix: 'vivint',
    levels: vivintServer.levels,
    toolsets: vivintServer.toolsets.map((toolset) => toolset.id),
    maxTools: 14,
    maxTokens: 2700,
    inputSchema,
  });
  expect(problems).toEqual([]);
});

test('every tool has its test beside it, with whole replies, and an output schema that nothing slips through', () => {
  const folder = fileURLToPath(new URL('../src/tools', import.meta.url));
  expect(snapshotProblems(vivintServer.tools, { folder, prefix: 'vivint', inputSchema })).toEqual([]);
  expect(looseOutputs(vivintServer.tools)).toEqual([]);
});

test('instructions fit what clients keep', () => {
  expect(vivintServer.instructions.length).toBeLessThanOrEqual(1500);
});

test('who may only read is offered reads alone, and every act that opens the home asks', () => {
  for (const tool of vivintServer.tools) {
    expect(tool.level === 'read').toBe(tool.effect === 'read');
    expect(tool.confirm !== 'never').toBe(tool.level === 'sensitive' || tool.name === 'vivint_arm');
  }
});
