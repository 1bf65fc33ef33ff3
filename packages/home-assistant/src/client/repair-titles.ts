import { textOf, toRecord } from '@switchyard-mcp/core/json';
import type { RepairIssue } from '../domain/insight-operations.ts';
import { isRefusal } from './registries.ts';

type Raw = Readonly<Record<string, unknown>>;

const filled = (text: string, placeholders: Raw): string =>
  text.replace(/\{(\w+)\}/g, (all, name: string) => (placeholders[name] === undefined ? all : String(placeholders[name])));

/** Repairs come as keys; the words that a person sees for them are translations of their integrations. */
export const withTitles = async (
  issues: readonly RepairIssue[],
  ask: (message: Raw & { readonly type: string }) => Promise<unknown>,
): Promise<readonly RepairIssue[]> => {
  if (issues.length === 0) return issues;
  const domains = [...new Set(issues.map(({ raisedBy }) => raisedBy))];
  const message = { type: 'frontend/get_translations', language: 'en', category: 'issues', integration: domains };
  const answer = await ask(message).catch((error: unknown) => (isRefusal(error) ? {} : Promise.reject(error)));
  const words = toRecord(toRecord(answer)['resources']);
  return issues.map((issue) => {
    const title = textOf(words, `component.${issue.raisedBy}.issues.${issue.key ?? issue.issueId}.title`);
    return title === undefined ? issue : { ...issue, title: filled(title, issue.placeholders) };
  });
};
