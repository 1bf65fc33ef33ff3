import { isRecord, numericOf, type JsonRecord as Raw, recordOf, recordsOf, textOf } from '@switchyard-mcp/core/json';
import { timeOf } from './raw.ts';

/** One message of the stream, taken apart. */
export interface Push {
  readonly about: 'partition' | 'system' | 'inbox';
  readonly op: 'create' | 'update' | 'delete';
  readonly panelId: number | undefined;
  readonly partitionId: number | undefined;
  /** The patch of the partition or system itself, without its devices and users. */
  readonly patch: Raw;
  readonly devices: readonly Raw[];
  readonly users: readonly Raw[];
  /** When the cloud published it. */
  readonly publishedAt: number;
  /** The same in every copy of a message. */
  readonly sequence: number | undefined;
  /** When it happened at the panel, if that is said. */
  readonly happenedAt: number | undefined;
}

const about = { account_partition: 'partition', account_system: 'system', inbox_message: 'inbox' } as const;
const ops = { c: 'create', u: 'update', ua: 'update', d: 'delete' } as const;

/** "panid|parid" of a partition, or a bare panid. */
const idsOf = (message: Raw): readonly [number | undefined, number | undefined] => {
  const [panel, partition] = String(message['_id'] ?? '').split('|');
  const number = (text: string | undefined): number | undefined =>
    text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return [numericOf(message, 'panid') ?? number(panel), numericOf(message, 'parid') ?? number(partition)];
};

/**
 * Reads the payload of one stream message; undefined when it is of a kind that says nothing about a home.
 * @see https://github.com/natekspencer/vivintpy
 */
export const readPush = (payload: unknown, publishedAt: number): Push | undefined => {
  if (!isRecord(payload)) return undefined;
  const kind = about[textOf(payload, 't') as keyof typeof about];
  const data = recordOf(payload, 'da');
  if (kind === undefined || data === undefined) return undefined;
  const [panelId, partitionId] = idsOf(payload);
  const { d: _devices, u: _users, ...patch } = data;
  return {
    about: kind,
    op: ops[textOf(payload, 'op') as keyof typeof ops] ?? 'update',
    panelId,
    partitionId,
    patch,
    devices: recordsOf(data, 'd'),
    users: recordsOf(data, 'u'),
    publishedAt,
    sequence: numericOf(payload, 'dseq'),
    happenedAt: timeOf(recordOf(data, 'plctx') ?? {}, 'ts'),
  };
};

/** When a device's own patch happened. */
export const patchTime = (patch: Raw, push: Push): number | undefined => timeOf(recordOf(patch, 'plctx') ?? {}, 'ts') ?? push.happenedAt;

/** The latest moment that a document already reflects. */
export const knownTime = (document: Raw): number | undefined => {
  const times = ['plctx', 'pnlctx'].flatMap((key) => timeOf(recordOf(document, key) ?? {}, 'ts') ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
};
