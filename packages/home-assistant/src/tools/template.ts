import { defineTool, isToolError, ToolError } from '@switchyard-mcp/core';
import * as z from 'zod';
import type { HomeOperations } from '../domain/operations.ts';

const longestResult = 8000;

/** The line that an error speaks of: its number when it names one, else the first that holds the word it quotes. */
const faultyLine = (template: string, why: string): { readonly number: number; readonly text: string } | undefined => {
  const lines = template.split('\n');
  const said = Number(/\bline:? (\d+)/i.exec(why)?.[1] ?? Number.NaN);
  const quoted = [...why.matchAll(/'([^']{1,60})'/g)].flatMap(([, word]) => word ?? []);
  const found = quoted.map((word) => lines.findIndex((line) => line.includes(word))).find((index) => index >= 0);
  const number = lines[said - 1] === undefined ? (lines.length === 1 ? 1 : (found ?? -1) + 1) : said;
  const text = lines[number - 1];
  return text === undefined ? undefined : { number, text: text.trim().slice(0, 120) };
};

/** A refusal of Home Assistant with the line of the template that it is about. */
const withLine = (error: unknown, template: string): unknown => {
  if (!isToolError(error) || error.fields.code !== 'invalid_input') return error;
  const line = faultyLine(template, error.fields.why ?? '');
  if (!line) return error;
  return new ToolError(
    { ...error.fields, issues: [{ path: `template line ${line.number}`, got: line.text, expected: 'a valid Jinja template' }] },
    { cause: error },
  );
};

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
  output: z.lazy(() => z.strictObject({ result: z.json(), cut: z.string().optional() })),
  handler: async (args, { operations, signal }) => {
    let result: unknown;
    try {
      result = await operations.renderTemplate(args.template, args.variables ?? {}, signal);
    } catch (error) {
      throw withLine(error, args.template);
    }
    const text = typeof result === 'string' ? result : (JSON.stringify(result) ?? '');
    if (text.length <= longestResult) return { data: { result: result ?? null } };
    return { data: { result: text.slice(0, longestResult), cut: `the first ${longestResult} of ${text.length} characters` } };
  },
});
