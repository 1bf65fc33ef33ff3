import type { Home } from './home.ts';
import { isoTime, newUlid, stableId } from './identifiers.ts';
import type { Context, Json } from './types.ts';

/** Core keeps this many runs of each automation and script. */
const KEPT = 5;

/** What a run leaves behind, path by path, as trace/get tells it. */
export class Trace {
  readonly runId = stableId(newUlid());
  readonly startedAt = Date.now();
  readonly steps: Record<string, Json[]> = {};
  lastStep: string | null = null;

  /** Notes a visit of a place; what it came to may be added until the next one. */
  visit(path: string, about: Json = {}): Json {
    const step: Json = { path, timestamp: isoTime(Date.now()), ...about };
    (this.steps[path] ??= []).push(step);
    this.lastStep = path;
    return step;
  }
}

/** Who ran, and how it ended. */
export interface FinishedRun {
  readonly domain: 'automation' | 'script';
  readonly itemId: string;
  readonly config: Json;
  /** null for an automation that a call started; undefined for scripts, which have no trigger. */
  readonly trigger: string | null | undefined;
  readonly context: Context;
  readonly execution: string;
  readonly error?: string | undefined;
}

/** Keeps a run; the oldest of the same object goes. */
export function keepTrace(home: Home, trace: Trace, run: FinishedRun): void {
  home.traces.unshift({
    last_step: trace.lastStep,
    run_id: trace.runId,
    state: 'stopped',
    script_execution: run.execution,
    timestamp: { start: isoTime(trace.startedAt), finish: isoTime(Date.now()) },
    domain: run.domain,
    item_id: run.itemId,
    ...(run.error === undefined ? {} : { error: run.error }),
    ...(run.trigger === undefined ? {} : { trigger: run.trigger }),
    trace: trace.steps,
    config: run.config,
    blueprint_inputs: null,
    context: run.context,
  });
  const own = home.traces.filter((other) => other['domain'] === run.domain && other['item_id'] === run.itemId);
  for (const old of own.slice(KEPT)) home.traces.splice(home.traces.indexOf(old), 1);
}
