import { type Clock, refuse, type ToolError, untilSettled } from '@switchyard-mcp/core';
import { isRecord, rawTextOf, textsOf, toRecord } from '@switchyard-mcp/core/json';
import type { WaitOptions } from '../domain/operations.ts';
import { cancelledError, cleanMessage } from './map-error.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

/** What a rendered template looked at. */
export interface Listeners {
  readonly all: boolean;
  readonly domains: readonly string[];
  readonly entities: readonly string[];
}
export interface Rendered {
  readonly result: unknown;
  readonly listeners: Listeners;
}

const renderSeconds = 5;
const renderWaitMs = 10_000;

/** A wait whose outcome comes from a callback; settles at most once. */
const outcome = <T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } => {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // It may fail before anybody waits for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
};

const templateError = (message: string): ToolError =>
  refuse('invalid_input', 'The template could not be rendered.', {
    why: cleanMessage(message),
    next: ['Correct the template and call again.'],
  });

const listenersOf = (raw: unknown): Listeners => {
  // Without the list nothing is known of what it read: the most careful reading.
  if (!isRecord(raw)) return { all: true, domains: [], entities: [] };
  return { all: raw['all'] === true, domains: textsOf(raw, 'domains'), entities: textsOf(raw, 'entities') };
};

/** Renders a template once and says what it listened to. */
export const renderTemplate = async (
  socket: HomeSocket,
  template: string,
  variables: Raw,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<Rendered> => {
  const done = outcome<Rendered>();
  const onEvent = (event: unknown): void => {
    if (!isRecord(event)) return;
    const error = rawTextOf(event, 'error');
    if (error === undefined) done.resolve({ result: event['result'], listeners: listenersOf(event['listeners']) });
    else if (event['level'] !== 'WARNING') done.reject(templateError(error));
  };
  const message = { type: 'render_template', template, variables, timeout: renderSeconds, report_errors: true };
  const stop = await socket.subscribe(message, onEvent, { signal, doing: 'Rendering the template', timeoutMs: renderWaitMs });
  const rendered = await untilSettled(done.promise, { clock, ms: renderWaitMs, signal }).finally(stop);
  if (rendered.ended === 'met') return rendered.value;
  if (rendered.ended === 'aborted') throw cancelledError(signal, 'Rendering the template', 'none');
  throw refuse('timeout', 'The template did not give a result in time.', { next: ['Make the template simpler.'] });
};

/** Equal in JSON terms, whatever the order of keys. */
const same = (left: unknown, right: unknown): boolean => {
  if (Array.isArray(left)) return Array.isArray(right) && left.length === right.length && left.every((item, at) => same(item, right[at]));
  if (isRecord(left))
    return (
      isRecord(right) &&
      Object.keys(left).length === Object.keys(right).length &&
      Object.keys(left).every((key) => same(left[key], right[key]))
    );
  return left === right;
};

const matches = (data: Raw, wanted: Raw): boolean => Object.entries(wanted).every(([key, value]) => same(data[key], value));

/** First event of a type whose data has the wanted values and passes the filter; undefined when time ran out. */
export const waitForEvent = async (
  socket: HomeSocket,
  eventType: string,
  wanted: Raw,
  passes: (data: Raw) => boolean,
  options: WaitOptions & { readonly clock: Clock },
): Promise<Raw | undefined> => {
  const done = outcome<Raw>();
  const onEvent = (event: unknown): void => {
    const data = toRecord(toRecord(event)['data']);
    if (matches(data, wanted) && passes(data)) done.resolve(data);
  };
  const doing = `Waiting for an event`;
  let starts = 0;
  const stop = await socket.subscribe({ type: 'subscribe_events', event_type: eventType }, onEvent, {
    signal: options.signal,
    doing,
    lasting: true,
    starting: () => {
      starts += 1;
      if (starts > 1) options.onGap?.();
    },
  });
  const { clock, signal, timeoutMs: ms } = options;
  const seen = await untilSettled(done.promise, { clock, ms, signal }).finally(stop);
  if (seen.ended === 'aborted') throw cancelledError(signal, doing, 'none');
  return seen.ended === 'met' ? seen.value : undefined;
};
