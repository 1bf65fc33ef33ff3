import { textOf, toRecord } from '@switchyard-mcp/core/json';
import type { Frame } from './frame.ts';
import type { UpstreamError } from './map-error.ts';

/** The connection ended; `why` says more when more is known. */
export class Dropped {
  readonly why: string | undefined;
  constructor(why?: string) {
    this.why = why;
  }
}

export interface Waiter {
  resolve(result: unknown): void;
  /** A Dropped when the connection ended before an answer came. */
  reject(error: UpstreamError | Dropped): void;
}

/** Who waits for which message of one connection. */
export interface Pending {
  expect(id: number, waiter: Waiter): void;
  forget(id: number): void;
  subscribe(id: number, onEvent: (event: unknown) => void): void;
  unsubscribe(id: number): void;
  take(frames: readonly Frame[]): void;
  /** The connection ended: every waiter is told, every subscription forgotten. */
  drop(why?: string): void;
}

const errorOf = (frame: Frame): UpstreamError => {
  const error = toRecord(frame['error']);
  const translationKey = textOf(error, 'translation_key');
  return {
    code: textOf(error, 'code') ?? 'unknown_error',
    message: textOf(error, 'message') ?? '',
    ...(translationKey === undefined ? {} : { translationKey }),
  };
};

/** Makes an empty table. */
export const createPending = (): Pending => {
  const waiters = new Map<number, Waiter>();
  const subscriptions = new Map<number, (event: unknown) => void>();

  const answer = (id: number, frame: Frame): void => {
    const waiter = waiters.get(id);
    waiters.delete(id);
    if (frame['success'] === false) waiter?.reject(errorOf(frame));
    else waiter?.resolve(frame['result']);
  };

  return {
    expect: (id, waiter) => void waiters.set(id, waiter),
    forget: (id) => void waiters.delete(id),
    subscribe: (id, onEvent) => void subscriptions.set(id, onEvent),
    unsubscribe: (id) => void subscriptions.delete(id),
    take: (frames) => {
      for (const frame of frames) {
        const id = frame['id'];
        if (typeof id !== 'number') continue;
        if (frame['type'] === 'event') subscriptions.get(id)?.(frame['event']);
        else if (frame['type'] === 'result' || frame['type'] === 'pong') answer(id, frame);
      }
    },
    drop: (why) => {
      const left = [...waiters.values()];
      waiters.clear();
      subscriptions.clear();
      for (const waiter of left) waiter.reject(new Dropped(why));
    },
  };
};
