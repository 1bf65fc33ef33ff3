import { camera, garage, light, lock, panel } from './build-device.ts';
import { sensor } from './build-sensor.ts';
import { thermostat } from './build-thermostat.ts';
import { SystemBuilder } from './system-builder.ts';

/** The house in which nothing is wrong. */
export const QUIET_HOUSE = 102_500_000_000_004;

/** Everything closed, locked, charged and reachable. */
export function buildQuietHouse(atMs: number): SystemBuilder {
  const house = new SystemBuilder({ panelId: QUIET_HOUSE, nickname: 'Quiet House', atMs });
  house.partition(1);
  house
    .device(1, 'Panel', panel())
    .device(10, 'Front Door', sensor('door', { batteryPercent: 91 }))
    .device(11, 'Back Door', sensor('door', { batteryPercent: 84 }))
    .device(12, 'Bedroom Window', sensor('window'))
    .device(13, 'Hall Motion', sensor('motion'))
    .device(14, 'Smoke', sensor('smoke'))
    .device(30, 'Front Door', lock({ batteryPercent: 95 }))
    .device(40, 'Garage', garage())
    .device(50, 'Porch Light', light('on-off'))
    .device(60, 'Hall', thermostat())
    .device(70, 'Doorbell', camera('doorbell'));
  return house.user(1, 'Ana Ortiz', { ad: true, pad: true, att: 26, lids: [30] });
}
