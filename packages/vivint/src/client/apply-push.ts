import { numericOf, type JsonRecord as Raw, recordsOf } from '@switchyard-mcp/core/json';
import { merge, mergeById } from './merge.ts';
import { knownTime, type Push, patchTime } from './push.ts';
import { partitionNumberOf } from './raw.ts';

/** Does the document already know something newer than this patch? Patches without a time, as of Nest, are always new. */
const isOutdated = (document: Raw, patch: Raw, push: Push): boolean => {
  const [at, known] = [patchTime(patch, push), knownTime(document)];
  return at !== undefined && known !== undefined && at < known;
};

/** Who armed belongs to the arming it came with, not to the next one. */
const withoutOldDeeds = (partition: Raw, patch: Raw): Raw => {
  if (patch['s'] === undefined) return partition;
  const { seca: _armed, secd: _disarmed, ...rest } = partition;
  return rest;
};

/** Messages carry the time of the change beside it; in the document it stands in the device itself. */
const stamped = (patch: Raw, push: Push): Raw => ({
  ts: patchTime(patch, push) ?? push.publishedAt,
  ...(push.patch['plctx'] === undefined ? {} : { plctx: push.patch['plctx'] }),
  ...patch,
});

const patchPartition = (partition: Raw, push: Push): Raw => {
  const devices = recordsOf(partition, 'd');
  if (push.op === 'delete') {
    const gone = new Set(push.devices.map((device) => numericOf(device, '_id')));
    return { ...partition, d: devices.filter((device) => !gone.has(numericOf(device, '_id'))) };
  }
  const fresh = push.devices.filter((patch) => {
    const old = devices.find((device) => numericOf(device, '_id') === numericOf(patch, '_id'));
    return old === undefined || !isOutdated(old, patch, push);
  });
  const merged = {
    ...partition,
    d: mergeById(
      devices,
      fresh.map((patch) => stamped(patch, push)),
      push.op === 'create',
    ),
  };
  if (isOutdated(partition, push.patch, push)) return merged;
  // A message about devices carries the time of their change; it is none of the partition's own.
  const { plctx: _ofDevices, ...rest } = push.patch;
  const patch = push.devices.length > 0 ? rest : push.patch;
  return merge(withoutOldDeeds(merged, patch), patch);
};

/** A copy of a system's document with a message in it. The message must be of this system. */
export const applyPush = (document: Raw, push: Push): Raw => {
  if (push.about === 'inbox') return document;
  if (push.about === 'system') return merge({ ...document, u: mergeById(recordsOf(document, 'u'), push.users, true) }, push.patch);
  return {
    ...document,
    par: recordsOf(document, 'par').map((partition) =>
      push.partitionId === undefined || partitionNumberOf(partition) === push.partitionId ? patchPartition(partition, push) : partition,
    ),
  };
};
