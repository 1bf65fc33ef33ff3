import { hashOf } from '@switchyard-mcp/core';
import type { VagueEvent } from '../domain/merge-events.ts';
import type { Push } from './push.ts';
import { textOf } from './raw.ts';
import type { SystemHolder } from './system-holder.ts';

const jamWords = /fail(ed|s)? to (un)?lock|jam(med)?\b|bolt/i;
/** A note about a lock that we moved this recently is about our doing. */
const oursMs = 60_000;

interface Known {
  readonly holders: readonly SystemHolder[];
  /** When a command last went to a device. */
  readonly commands: ReadonlyMap<string, number>;
  readonly now: number;
}

/**
 * A note to the household. It names no system, only the thing in its sentence: a bolt that is stuck is believed when exactly one lock
 * fits, or one that was moved just now.
 */
export const inboxEvent = (push: Push, { holders, commands, now }: Known): readonly VagueEvent[] => {
  const text = [textOf(push.patch, 'sub'), textOf(push.patch, 'me')].filter(Boolean).join('. ').slice(0, 300);
  if (!jamWords.test(text)) return [];
  const said = text.toLowerCase();
  const locks = holders.flatMap((holder) =>
    holder
      .picture()
      .devices.filter((device) => device.class === 'lock' && said.includes(device.name.toLowerCase()))
      .map((lock) => ({ holder, lock })),
  );
  const ours = locks.filter(({ lock }) => now - (commands.get(lock.deviceId) ?? Number.NEGATIVE_INFINITY) <= oursMs);
  const [only, ...others] = ours.length > 0 ? ours : locks;
  if (only === undefined || others.length > 0) return [];
  const { holder, lock } = only;
  holder.noteJam(lock.number, push.publishedAt);
  return [
    {
      id: hashOf(['inbox', holder.panelId, lock.number, text, push.publishedAt]).slice(0, 16),
      at: push.publishedAt,
      systemId: holder.systemId,
      kind: 'jammed',
      deviceId: lock.deviceId,
      subject: lock.name,
      text,
      after: 'jammed',
      source: 'live',
    },
  ];
};
