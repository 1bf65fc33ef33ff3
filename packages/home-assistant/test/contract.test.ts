import { fileURLToPath } from 'node:url';
import { inputJsonSchema } from '@switchyard-mcp/core';
import { homeAssistantServer } from '@switchyard-mcp/home-assistant';
import { contractProblems, looseOutputs, snapshotProblems, type ToolLike } from '@switchyard-mcp/testkit';
import { expect, test } from 'vitest';

const inputSchema = (tool: ToolLike) => inputJsonSchema(tool as never) as Record<string, unknown>;

test('every tool keeps the rules of the house', () => {
  const problems = contractProblems(homeAssistantServer.tools, {
    prefix: 'ha',
    levels: homeAssistantServer.levels,
    toolsets: homeAssistantServer.toolsets.map((toolset) => toolset.id),
    maxTools: 20,
    maxTokens: 6000,
    inputSchema,
  });
  expect(problems).toEqual([]);
});

test('every tool has its test beside it, with whole replies, and an output schema that nothing slips through', () => {
  const folder = fileURLToPath(new URL('../src/tools', import.meta.url));
  const { tools } = homeAssistantServer;
  expect(snapshotProblems(tools, { folder, prefix: 'ha', inputSchema })).toEqual([]);
  expect(looseOutputs(tools)).toEqual([]);
});

test('instructions fit what clients keep', () => {
  expect(homeAssistantServer.instructions.length).toBeLessThanOrEqual(1500);
});
