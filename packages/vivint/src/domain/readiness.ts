import type { Device, Partition, Sensor, System } from './model.ts';

/** Sensors that the panel watches while somebody is at home too: an open one keeps it from arming. */
const guarded: ReadonlySet<Sensor['kind']> = new Set(['door', 'window', 'contact', 'garage_tilt', 'glass_break']);

export interface Readiness {
  /** Absent: the panel does not say. */
  readonly ready?: boolean;
  /** What stands in the way, as far as can be seen. */
  readonly because: readonly Device[];
}

const isOf = (partition: Partition, device: Device): boolean => device.partitionId === partition.partitionId;

/** Is a partition ready to arm, and if not, why not? */
export const readinessOf = (system: System, partition: Partition): Readiness => {
  const open = system.devices.filter(
    (device) =>
      device.class === 'sensor' &&
      isOf(partition, device) &&
      guarded.has(device.kind) &&
      device.active === true &&
      (device.bypass === undefined || device.bypass === 'none'),
  );
  return {
    ...(partition.readyToArm === undefined ? {} : { ready: partition.readyToArm }),
    because: partition.readyToArm === true ? [] : open,
  };
};
