import { isRecord } from '@switchyard-mcp/core/json';
import { pieceAt, textsIn } from '../domain/automation-body.ts';
import type { Run, RunStep } from '../domain/insight-operations.ts';
import { actionWords, callWords, conditionWords, shortValue, triggerWords } from './config-words.ts';
import { minuteTime } from './time-words.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What the story needs to know of the home. */
export interface StoryHome {
  readonly timeZone: string;
  /** Core says nothing when a call's target does not exist. */
  exists(kind: 'entity' | 'device' | 'area' | 'floor' | 'label', id: string): boolean;
}

const isCondition = (path: string): boolean => /(?:^|\/)(?:conditions?|if\/condition|while|until)\/\d+$/.test(path);
const entityLeaf = /\/entity_id\/(\d+)$/;

const stateIn = (value: unknown): string | undefined =>
  isRecord(value) && typeof value['state'] === 'string' ? value['state'] : undefined;

/** "off → on" of the trigger that fired, or what else it carried. */
const triggerSeen = (step: RunStep): string => {
  const trigger = step.changedVariables?.['trigger'];
  if (!isRecord(trigger)) return '';
  const [from, to] = [stateIn(trigger['from_state']), stateIn(trigger['to_state'])];
  if (to !== undefined) return `${typeof trigger['entity_id'] === 'string' ? `${trigger['entity_id']} ` : ''}${from ?? 'nothing'} → ${to}`;
  const event = isRecord(trigger['event']) && isRecord(trigger['event']['data']) ? trigger['event']['data'] : undefined;
  return event !== undefined && Object.keys(event).length > 0 ? shortValue(event, 80) : '';
};

const clock = (value: unknown, timeZone: string): string | undefined => {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : minuteTime(at, timeZone).slice(11);
};

/** What a condition saw: "is 15.6", "is Home". */
const conditionSeen = (result: Raw, { timeZone }: StoryHome): string => {
  const seen: string[] = [];
  if (result['state'] !== undefined) seen.push(`is ${shortValue(result['state'], 40)}`);
  const since = clock(result['duration'], timeZone);
  if (since !== undefined) seen.push(`not since ${since}`);
  for (const edge of ['after', 'before'] as const) {
    const at = clock(result[`wanted_time_${edge}`], timeZone);
    if (at !== undefined) seen.push(`wants ${edge} ${at}`);
  }
  return seen.join(', ');
};

const targetKinds = ['entity', 'device', 'area', 'floor', 'label'] as const;

/** "light.nope, area:attic do not exist"; without a target that does, the call did nothing. */
const missingWords = (target: unknown, home: StoryHome): string | undefined => {
  if (!isRecord(target)) return undefined;
  const named = targetKinds.flatMap((kind) => textsIn(target[`${kind}_id`]).map((id) => ({ kind, id })));
  const missing = named.filter(({ kind, id }) => !/^(?:all|none)$/.test(id) && !home.exists(kind, id));
  if (missing.length === 0) return undefined;
  const words = missing.map(({ kind, id }) => (kind === 'entity' ? id : `${kind}:${id}`)).join(', ');
  return `${words} ${missing.length === 1 ? 'does' : 'do'} not exist${missing.length === named.length ? ': nothing was done' : ''}`;
};

const waitSeen = (wait: Raw): string => {
  if (wait['completed'] === true || isRecord(wait['trigger'])) return 'came';
  return typeof wait['remaining'] === 'number' && wait['remaining'] > 0 ? 'still waiting' : 'timed out';
};

/** What an action came to. */
const actionSeen = (step: RunStep, home: StoryHome): string => {
  const result = step.result ?? {};
  if (result['enabled'] === false) return 'switched off';
  const { params, choice, wait } = result;
  if (isRecord(params)) return missingWords(params['target'], home) ?? 'done';
  if (choice !== undefined) return typeof choice === 'number' ? `option ${choice + 1}` : shortValue(choice);
  if (result['delay'] !== undefined) return result['done'] === true ? 'over' : 'not over';
  if (isRecord(wait)) return waitSeen(wait);
  if (result['result'] !== undefined) return shortValue(result['result']);
  return '';
};

const wordsFor = (run: Run, step: RunStep): string => {
  const piece = pieceAt(run.body, step.path);
  const params = step.result?.['params'];
  if (step.path === 'trigger') return run.domain === 'script' ? 'called' : 'started by a call, not by a trigger';
  if (step.path.startsWith('trigger/')) return piece === undefined ? (run.trigger ?? '') : triggerWords(piece);
  // The call as it really went out, templates filled in.
  if (isRecord(params))
    return callWords(`${String(params['domain'])}.${String(params['service'])}`, params['target'], params['service_data']);
  return isCondition(step.path) ? conditionWords(piece) : actionWords(piece);
};

/** Core's words for an error without the frames around it, and what they mean where that is not plain. */
export const errorWords = (error: string): string => {
  const plain = (error.split('\n').at(-1) ?? '').replace(/^\s*In '[^']*' condition: /, '');
  const types = /not supported between instances of 'str'|can only concatenate str|must be str, not/.test(plain);
  return `${shortValue(plain, 160)}${types ? ' (a state is text: put | float(0) after it)' : ''}`;
};

const leafWords = (run: Run, leaf: RunStep, many: boolean, home: StoryHome): string => {
  const seen = conditionSeen(leaf.result ?? {}, home);
  const piece = pieceAt(run.body, leaf.path);
  const entityId = many && isRecord(piece) ? textsIn(piece['entity_id'])[Number(entityLeaf.exec(leaf.path)?.[1])] : undefined;
  return seen === '' || entityId === undefined ? seen : `${entityId} ${seen}`;
};

const seenBy = (run: Run, step: RunStep, leaves: readonly RunStep[], home: StoryHome): string => {
  if (step.path.startsWith('trigger')) return triggerSeen(step);
  if (step.error !== undefined) return `error: ${errorWords(step.error)}`;
  if (leaves.length === 0 && !isCondition(step.path)) return actionSeen(step, home);
  const piece = pieceAt(run.body, step.path);
  const many = isRecord(piece) && textsIn(piece['entity_id']).length > 1;
  const values = [conditionSeen(step.result ?? {}, home), ...leaves.map((leaf) => leafWords(run, leaf, many, home))].filter(Boolean);
  return [shortValue(step.result?.['result'] ?? ''), values.join('; ')].filter(Boolean).join(', ');
};

/** Option heads of a choose repeat what their conditions say. */
const isEcho = (path: string): boolean => /\/choose\/\d+$|\/if$|\/(?:parallel|sequence)$/.test(path);

interface Line {
  readonly path: string;
  readonly text: string;
  readonly times: number;
}

/** What each condition saw entity by entity, under the condition's own path. */
const leavesOf = (run: Run): ReadonlyMap<string, readonly RunStep[]> => {
  const leaves = new Map<string, RunStep[]>();
  for (const step of run.steps) {
    if (!entityLeaf.test(step.path)) continue;
    const path = step.path.replace(entityLeaf, '');
    leaves.set(path, [...(leaves.get(path) ?? []), step]);
  }
  return leaves;
};

const lineOf = (run: Run, step: RunStep, leaves: readonly RunStep[], home: StoryHome): string => {
  const seen = seenBy(run, step, leaves, home);
  const child = step.child === undefined ? '' : ` (run ${step.child.runId.slice(0, 6)} of ${step.child.domain}.${step.child.itemId})`;
  return `${step.path} ${wordsFor(run, step)}${seen === '' ? '' : ` → ${seen}`}${child}`;
};

/** A run as lines, one a step: path, what it is, what it came to with the values that decided. Repeated steps are one line. */
export const storyOf = (run: Run, home: StoryHome, most = 24): readonly string[] => {
  const lines: Line[] = [];
  const leaves = leavesOf(run);
  for (const step of run.steps) {
    if (entityLeaf.test(step.path) || isEcho(step.path)) continue;
    const last = lines.at(-1);
    const text = lineOf(run, step, leaves.get(step.path) ?? [], home);
    if (last?.path === step.path) lines[lines.length - 1] = { path: step.path, text, times: last.times + 1 };
    else lines.push({ path: step.path, text, times: 1 });
  }
  const texts = lines.map(({ text, times }) => (times === 1 ? text : `${text} (${times} times)`));
  if (texts.length <= most) return texts;
  const half = Math.floor(most / 2);
  return [...texts.slice(0, half), `… ${texts.length - 2 * half} more steps`, ...texts.slice(-half)];
};

/** The line of the step at which a run ended. */
export const lastLineOf = (run: Run, home: StoryHome): string | undefined => {
  const path = run.lastStep?.replace(entityLeaf, '');
  const step = run.steps.find((one) => one.path === path);
  return step === undefined ? undefined : lineOf(run, step, leavesOf(run).get(step.path) ?? [], home);
};
