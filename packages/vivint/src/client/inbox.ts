import { foldText, hashOf } from '@switchyard-mcp/core';
import type { VagueEvent } from '../domain/merge-events.ts';
import type { Device, EventKind } from '../domain/model.ts';
import { kindInWords } from './mapping/event-words.ts';
import type { Push } from './push.ts';
import { longestSentence, wordsOf } from './raw.ts';
import type { SystemHolder } from './system-holder.ts';

/** A note about a lock that we moved this recently is about our doing. */
const oursMs = 60_000;

interface Known {
  readonly holders: readonly SystemHolder[];
  /** The account has systems that this server must not know of: a note may be about one of them. */
  readonly hidesSystems: boolean;
  /** When a command last went to a device. */
  readonly commands: ReadonlyMap<string, number>;
  readonly now: number;
}

/** Kinds of notes that tell of the home, and the class of device each is about. Anything else may be advertising. */
const told: Readonly<Partial<Record<EventKind, Device['class'] | 'any'>>> = {
  jammed: 'lock',
  seen: 'camera',
  motion: 'any',
  doorbell: 'any',
  tamper: 'any',
  battery: 'any',
  offline: 'any',
  failed: 'any',
};

interface Named {
  readonly holder: SystemHolder;
  readonly device: Device;
}

/** Devices whose name stands in the sentence; of "Front Lock" and "Front Lock 2" the longer one is meant. */
const namedIn = (text: string, holders: readonly SystemHolder[], wanted: Device['class'] | 'any'): readonly Named[] => {
  const said = foldText(text);
  const all = holders.flatMap((holder) =>
    holder
      .whole()
      .devices.filter(({ class: kind, name }) => (wanted === 'any' || kind === wanted) && said.includes(foldText(name)))
      .map((device) => ({ holder, device })),
  );
  const longest = Math.max(0, ...all.map(({ device }) => foldText(device.name).length));
  return all.filter(({ device }) => foldText(device.name).length === longest);
};

/** The one that is meant: the only one, or the only one that was moved just now. */
const meant = (named: readonly Named[], { commands, now }: Known): Named | undefined => {
  const ours = named.filter(({ device }) => now - (commands.get(device.deviceId) ?? Number.NEGATIVE_INFINITY) <= oursMs);
  const [only, ...others] = ours.length > 0 ? ours : named;
  return others.length === 0 ? only : undefined;
};

/**
 * A note to the household. It names no system, only the thing in its sentence. Where that fits no single device it is an event all the
 * same, without a device; where it may be about something that the lists hide, it is none.
 */
export const inboxEvent = (push: Push, known: Known): readonly VagueEvent[] => {
  const text = ['sub', 'me'].flatMap((key) => wordsOf(push.patch, key, longestSentence) ?? []).join('. ');
  const kind = kindInWords(text);
  const wanted = told[kind];
  if (wanted === undefined) return [];
  const named = namedIn(text, known.holders, wanted);
  const isHidden = ({ holder, device }: Named): boolean => holder.isHidden(device.number);
  const one = meant(named, known);
  const hides = known.hidesSystems || known.holders.some((holder) => holder.hidesDevices);
  if (one === undefined ? hides || named.some(isHidden) : isHidden(one)) return [];
  if (one !== undefined && kind === 'jammed') one.holder.noteJam(one.device.number, push.publishedAt);
  const [holder, ...otherHolders] = known.holders;
  const systemId = one?.holder.systemId ?? (otherHolders.length === 0 ? holder?.systemId : undefined) ?? '';
  return [
    {
      id: hashOf(['inbox', systemId, one?.device.number ?? '', text, push.publishedAt]).slice(0, 16),
      at: push.publishedAt,
      systemId,
      kind,
      subject: one?.device.name ?? named[0]?.device.name ?? 'note to the household',
      text,
      source: 'note',
      ...(kind === 'jammed' ? { after: 'jammed' } : {}),
      ...(one === undefined ? {} : { deviceId: one.device.deviceId }),
    },
  ];
};
