import { numericOf, type JsonRecord as Raw, textOf } from '@switchyard-mcp/core/json';
import type { SensorKind } from '../../domain/model.ts';

/** Equipment codes (`ec`) by what the equipment is. */
const byEquipmentCode: readonly (readonly [SensorKind, readonly number[]])[] = [
  ['motion', [869, 1249, 4020, 530, 533, 609]],
  ['glass_break', [864, 1248, 4030, 475, 519]],
  ['smoke', [871, 872, 895, 1058, 1066, 1267, 4040, 589, 616, 1269]],
  ['carbon_monoxide', [859, 860, 692, 1026, 1254, 1266, 4050]],
  ['heat', [557, 708]],
  ['garage_tilt', [1061, 2831]],
  ['panic', [491, 868, 1253, 4130]],
  ['doorbell', [1063]],
  ['repeater', [941, 1144, 1208, 2081, 2830, 2832, 873]],
];
/** These measure more than water: the equipment type says what this one is for. */
const floodCodes = new Set([556, 624, 1128, 1264]);
const contactCodes = new Set([862, 863, 1251, 1252, 4000, 655, 470, 673]);

/** Zone types (`set`) that say what a sensor guards against, whatever it is built from. */
const byZone: Readonly<Record<number, SensorKind>> = { 9: 'smoke', 16: 'smoke', 14: 'carbon_monoxide', 25: 'repeater' };

/** Equipment types (`eqt`): the coarsest word, so it comes last. */
const byEquipmentType: Readonly<Record<number, SensorKind>> = { 2: 'motion', 6: 'freeze', 8: 'flood', 10: 'temperature', 11: 'panic' };

const contactKind = (zone: number | undefined, name: string): SensorKind => {
  if (zone === 1 || zone === 2) return 'door';
  if (zone === 3) return 'window';
  if (/window/i.test(name)) return 'window';
  return /door/i.test(name) ? 'door' : 'contact';
};

/** What a wireless sensor is. A listener for smoke alarms reports as a contact: zone and equipment code are asked first. */
export const sensorKindOf = (raw: Raw): SensorKind => {
  const zone = numericOf(raw, 'set');
  const code = numericOf(raw, 'ec');
  const type = numericOf(raw, 'eqt');
  const guarded = zone === undefined ? undefined : byZone[zone];
  const listed = byEquipmentCode.find(([, codes]) => code !== undefined && codes.includes(code))?.[0];
  const coarse = type === undefined ? undefined : byEquipmentType[type];
  const known = listed ?? guarded ?? coarse ?? (code !== undefined && floodCodes.has(code) ? ('flood' as const) : undefined);
  if (known !== undefined) return known;
  const contact = type === 1 || (code !== undefined && contactCodes.has(code));
  return contact ? contactKind(zone, textOf(raw, 'n') ?? '') : 'other';
};
