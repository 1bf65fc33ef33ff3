import { defineTool } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { HomeOperations } from '../domain/operations.ts';

const longestResult = 8000;

export const templateTool = defineTool<HomeOperations>()({
  name: 'ha_template',
  title: 'Render a template',
  description:
    "Returns what a Home Assistant (Jinja) template renders to, e.g. {{ states('sensor.x') }}. For sums and questions over many entities that ha_search cannot answer.",
  toolset: 'data',
  level: 'read',
  effect: 'read',
  confirm: 'never',
  idempotent: true,
  input: z.object({ template: z.string().min(1).max(20_000), variables: z.record(z.string(), z.unknown()).optional() }),
  output: z.looseObject({}),
  handler: async (args, { operations, signal }) => {
    const result = await operations.renderTemplate(args.template, args.variables ?? {}, signal);
    const text = typeof result === 'string' ? result : (JSON.stringify(result) ?? '');
    return {
      data: text.length <= longestResult ? { result } : { result: text.slice(0, longestResult), cut: `${text.length} characters in all` },
    };
  },
});
