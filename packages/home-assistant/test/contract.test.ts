import { inputJsonSchema } from '@switchyard-mcp/core';
import { homeAssistantServer } from '@switchyard-mcp/home-assistant';
import { contractProblems } from '@switchyard-mcp/testkit';
import { expect, test } from 'vitest';

test('every tool keeps the rules of the house', () => {
  const problems = contractProblems(homeAssistantServer.tools, {
    prefix: 'ha',
    levels: homeAssistantServer.levels,
    toolsets: homeAssistantServer.toolsets.map((toolset) => toolset.id),
    maxTools: 20,
    maxTokens: 6000,
    inputSchema: (tool) => inputJsonSchema(tool as never) as Record<string, unknown>,
  });
  expect(problems).toEqual([]);
});

test('instructions fit what clients keep', () => {
  expect(homeAssistantServer.instructions.length).toBeLessThanOrEqual(1500);
});
