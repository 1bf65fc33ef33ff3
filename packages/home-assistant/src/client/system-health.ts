import { type Clock, untilSettled } from '@switchyard-mcp/core';
import { isRecord, textOf, toRecord } from '@switchyard-mcp/core/json';
import type { HealthFact } from '../domain/insight-operations.ts';
import { toHealthFact } from './insight-shapes.ts';
import type { HomeSocket } from './socket.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Some facts are looked up on the internet; a home without it must not hold the others up. */
const waitMs = 6_000;

const initialFacts = (data: unknown): readonly HealthFact[] =>
  Object.entries(toRecord(data)).flatMap(([domain, part]) => {
    const info = toRecord(toRecord(part)['info']);
    return Object.entries(info).flatMap(([key, value]) => toHealthFact(domain, key, value) ?? []);
  });

const laterFact = (event: Raw): readonly HealthFact[] => {
  const [domain, key] = [textOf(event, 'domain'), textOf(event, 'key')];
  if (domain === undefined || key === undefined) return [];
  const error = isRecord(event['error']) ? (textOf(event['error'], 'msg') ?? 'failed') : undefined;
  if (event['success'] === false) return [{ domain, key, value: error ?? 'failed', failed: true }];
  const fact = toHealthFact(domain, key, event['data']);
  return fact === undefined ? [] : [fact];
};

/** System health as far as it is known within a few seconds. */
export const readHealth = async (
  socket: HomeSocket,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<readonly HealthFact[]> => {
  const facts: HealthFact[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const onEvent = (event: unknown): void => {
    if (!isRecord(event)) return;
    if (event['type'] === 'initial') facts.push(...initialFacts(event['data']));
    else if (event['type'] === 'update') facts.push(...laterFact(event));
    else if (event['type'] === 'finish') finish();
  };
  const stop = await socket.subscribe({ type: 'system_health/info' }, onEvent, { signal, doing: 'Reading the system health' });
  try {
    await untilSettled(finished, { clock, ms: waitMs, signal });
    signal.throwIfAborted();
    return facts;
  } finally {
    stop();
  }
};
