import type { Home } from '../home/home.ts';
import { noise } from '../home/identifiers.ts';
import type { Json } from '../home/types.ts';
import { addEntity, lightAttributes, sensorAttributes } from './builder.ts';

const ROOM_NAMES = ['Kitchen', 'Living Room', 'Hall', 'Bedroom', 'Bathroom', 'Office', 'Guest Room', 'Laundry', 'Storage', 'Workshop'];
const PLACES = ['Ceiling', 'Window', 'Desk', 'Wall', 'Corner', 'Shelf', 'Door', 'Floor'];

interface Sort {
  readonly domain: string;
  readonly suffix: string;
  readonly state: (share: number) => string;
  readonly attributes: (share: number) => Json;
}

const onOff = (share: number): string => (share > 0.7 ? 'on' : 'off');

const SORTS: readonly Sort[] = [
  {
    domain: 'sensor',
    suffix: 'Temperature',
    state: (share) => (17 + share * 7).toFixed(1),
    attributes: () => sensorAttributes('temperature', '°C'),
  },
  { domain: 'light', suffix: 'Light', state: onOff, attributes: (share) => lightAttributes(share > 0.7, Math.round(share * 255)) },
  { domain: 'sensor', suffix: 'Power', state: (share) => (share * 300).toFixed(1), attributes: () => sensorAttributes('power', 'W') },
  { domain: 'binary_sensor', suffix: 'Motion', state: onOff, attributes: () => ({ device_class: 'motion' }) },
  {
    domain: 'sensor',
    suffix: 'Battery',
    state: (share) => String(Math.round(share * 100)),
    attributes: () => sensorAttributes('battery', '%'),
  },
  { domain: 'switch', suffix: 'Plug', state: onOff, attributes: () => ({ device_class: 'outlet' }) },
  {
    domain: 'sensor',
    suffix: 'Energy',
    state: (share) => (share * 5000).toFixed(2),
    attributes: () => sensorAttributes('energy', 'kWh', 'total_increasing'),
  },
  {
    domain: 'cover',
    suffix: 'Blind',
    state: (share) => (share > 0.5 ? 'open' : 'closed'),
    attributes: (share) => ({ current_position: share > 0.5 ? 100 : 0, device_class: 'blind', supported_features: 15 }),
  },
];

/** A big home of exactly `count` entities, the same one for the same count. */
export function seedBigHome(home: Home, count: number): void {
  const areas = Math.max(10, Math.min(200, Math.floor(count / 100)));
  const floors = Math.ceil(areas / ROOM_NAMES.length);
  for (let floor = 0; floor < floors; floor += 1) home.registries.addFloor(`Floor ${floor}`, floor);
  const areaIds = Array.from({ length: areas }, (_, index) => {
    const name = `${ROOM_NAMES[index % ROOM_NAMES.length] ?? 'Room'} ${Math.floor(index / ROOM_NAMES.length) + 1}`;
    return home.registries.addArea(name, `floor_${Math.floor(index / ROOM_NAMES.length)}`).area_id;
  });
  for (let index = 0; index < count; index += 1) addOne(home, index, areaIds);
}

function addOne(home: Home, index: number, areaIds: readonly string[]): void {
  const sort = SORTS[index % SORTS.length];
  const area = areaIds[Math.floor(index / SORTS.length) % areaIds.length] ?? '';
  if (!sort) return;
  const round = Math.floor(index / SORTS.length / areaIds.length);
  const place = PLACES[round % PLACES.length] ?? 'Spot';
  const number = Math.floor(round / PLACES.length);
  const room = home.registries.areas.get(area)?.name ?? area;
  const name = `${room} ${place} ${sort.suffix}${number > 0 ? ` ${number + 1}` : ''}`;
  const share = noise(name);
  addEntity(home, sort.domain, name, {
    area,
    state: share < 0.01 ? 'unavailable' : sort.state(share),
    attributes: sort.attributes(share),
    platform: 'mqtt',
  });
}
