import { inputJsonSchema } from '@switchyard-mcp/core';
import { contractProblems } from '@switchyard-mcp/testkit';
import { vivintServer } from '@switchyard-mcp/vivint';
import { expect, test } from 'vitest';

test('every tool keeps the rules of the house', () => {
  const problems = contractProblems(vivintServer.tools, {
    prefix: 'vivint',
    levels: vivintServer.levels,
    toolsets: vivintServer.toolsets.map((toolset) => toolset.id),
    maxTools: 14,
    maxTokens: 2700,
    inputSchema: (tool) => inputJsonSchema(tool as never) as Record<string, unknown>,
  });
  expect(problems).toEqual([]);
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
