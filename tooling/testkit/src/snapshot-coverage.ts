import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ToolLike } from './contract.ts';

export interface SnapshotRules {
  /** Folder of the tools, with their tests. */
  readonly folder: string;
  readonly prefix: string;
  /** name → advertised JSON Schema. */
  readonly inputSchema: (tool: ToolLike) => Record<string, unknown>;
}

interface Shown {
  readonly op: unknown;
  readonly kind: string;
}

/** What the snapshots of a test file show of a tool. They are made by `wholeReply`. */
const shownIn = (testFile: string, tool: string): readonly Shown[] => {
  const name = testFile.slice(dirname(testFile).length + 1);
  const file = join(dirname(testFile), '__snapshots__', `${name}.snap`);
  if (!existsSync(file)) return [];
  // A snapshot is kept as the text of a template literal.
  const text = readFileSync(file, 'utf8').replace(/\\([`\\$])/g, '$1');
  return [...text.matchAll(/^"?> (\S+) (\{.*\})\n(reply|preview|question|error)\n/gm)]
    .filter(([, called]) => called === tool)
    .map(([, , args = '{}', kind = '']) => ({ op: (JSON.parse(args) as { op?: unknown }).op, kind }));
};

const opsOf = (schema: Record<string, unknown>): readonly string[] => {
  const properties = (schema['properties'] ?? {}) as Record<string, { readonly enum?: readonly string[] }>;
  return properties['op']?.enum ?? [];
};

const problemsOf = (tool: ToolLike, files: readonly string[], rules: SnapshotRules): readonly string[] => {
  const wanted = `${tool.name.slice(rules.prefix.length + 1).replaceAll('_', '-')}.test.ts`;
  const file = files.find((path) => path === wanted || path.endsWith(`/${wanted}`));
  if (file === undefined) return [`${tool.name}: no test file ${wanted}`];
  const shown = shownIn(join(rules.folder, file), tool.name);
  const has = (...kinds: readonly string[]): boolean => shown.some(({ kind }) => kinds.includes(kind));
  return [
    ...(has('reply') ? [] : [`${tool.name}: no snapshot of a whole reply`]),
    ...(has('error') ? [] : [`${tool.name}: no snapshot of an error`]),
    ...(tool.confirm === 'never' || has('preview', 'question') ? [] : [`${tool.name}: no snapshot of what it asks`]),
    ...opsOf(rules.inputSchema(tool))
      .filter((op) => !shown.some((one) => one.op === op && one.kind === 'reply'))
      .map((op) => `${tool.name}: no snapshot of a whole reply of op ${op}`),
  ];
};

/** Every tool without a test file beside it, or whose test file keeps no snapshot of a whole reply, an error and a question. */
export const snapshotProblems = (tools: readonly ToolLike[], rules: SnapshotRules): readonly string[] => {
  const files = readdirSync(rules.folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return tools.flatMap((tool) => problemsOf(tool, files, rules));
};
