import type { Home } from '../home/home.ts';
import { noise } from '../home/identifiers.ts';
import { addEntity, lightAttributes, sensorAttributes } from './builder.ts';

interface Room {
  readonly name: string;
  readonly floor: string;
  readonly aliases: string[];
}

const ROOMS: readonly Room[] = [
  { name: 'Kitchen', floor: 'ground_floor', aliases: ['cookhouse'] },
  { name: 'Living Room', floor: 'ground_floor', aliases: ['lounge'] },
  { name: 'Hall', floor: 'ground_floor', aliases: ['entrance'] },
  { name: 'Garage', floor: 'ground_floor', aliases: ['carport'] },
  { name: 'Bedroom', floor: 'first_floor', aliases: ['Schlafzimmer', 'master bedroom'] },
  { name: 'Kids Room', floor: 'first_floor', aliases: ['nursery'] },
  { name: 'Bathroom', floor: 'first_floor', aliases: [] },
  { name: 'Office', floor: 'first_floor', aliases: ['study'] },
  { name: 'Loft', floor: 'attic', aliases: [] },
  { name: 'Garden', floor: 'ground_floor', aliases: ['outside', 'yard'] },
];

/** Floors, areas and labels of the demo home. */
export function seedPlaces(home: Home): void {
  const { registries } = home;
  registries.addFloor('Ground Floor', 0, ['downstairs']);
  registries.addFloor('First Floor', 1, ['upstairs']);
  registries.addFloor('Attic', 2, ['top floor']);
  registries.addLabel('Evening', 'indigo');
  registries.addLabel('Security', 'red', 'Doors, locks and alarms');
  registries.addLabel('Climate', 'blue');
  registries.addLabel('Holiday', 'green');
  for (const room of ROOMS) registries.addArea(room.name, room.floor, room.aliases);
}

/** What every room has: about fourteen entities each. */
export function seedRooms(home: Home): void {
  ROOMS.forEach((room, index) => {
    const area = room.name.toLowerCase().replace(' ', '_');
    seedRoomControls(home, room.name, area, index);
    seedRoomSensors(home, room.name, area, index);
  });
}

function seedRoomControls(home: Home, name: string, area: string, index: number): void {
  const on = index % 3 === 0;
  addEntity(home, 'light', `${name} Lights`, { area, state: on ? 'on' : 'off', attributes: lightAttributes(on), platform: 'hue' });
  // "Reading Lamp" exists twice on purpose, in different areas.
  if (name === 'Living Room' || name === 'Bedroom') {
    const id = name === 'Bedroom' ? 'reading_lamp_2' : 'reading_lamp';
    addEntity(home, 'light', 'Reading Lamp', {
      id,
      area,
      state: 'off',
      attributes: lightAttributes(false),
      platform: 'hue',
      entry: { labels: ['evening'] },
    });
  } else addEntity(home, 'light', `${name} Spot`, { area, state: 'off', attributes: lightAttributes(false), platform: 'hue' });
  const plug = { area, state: index % 2 === 0 ? 'on' : 'off', attributes: { device_class: 'outlet' }, platform: 'shelly' };
  const plugId = addEntity(home, 'switch', `${name} Plug`, plug);
  const device = home.registries.devices.get(home.registries.entities.get(plugId)?.device_id ?? '');
  if (!device) return;
  const part = { device, platform: 'shelly' };
  addEntity(home, 'sensor', `${name} Plug Power`, { ...part, state: String(20 + index * 17), attributes: sensorAttributes('power', 'W') });
  addEntity(home, 'sensor', `${name} Plug Energy`, {
    ...part,
    state: String(120.5 + index * 31),
    attributes: sensorAttributes('energy', 'kWh', 'total_increasing'),
  });
  addEntity(home, 'sensor', `${name} Plug Signal`, {
    ...part,
    state: '-61',
    attributes: sensorAttributes('signal_strength', 'dBm'),
    entry: { entity_category: 'diagnostic', disabled_by: index % 2 === 0 ? 'integration' : null },
  });
  addEntity(home, 'button', `${name} Plug Identify`, {
    ...part,
    state: 'unknown',
    attributes: { device_class: 'identify' },
    entry: { entity_category: 'config' },
  });
}

function seedRoomSensors(home: Home, name: string, area: string, index: number): void {
  const outside = name === 'Garden';
  const temperature = (outside ? 8.4 : 19.2 + noise(name) * 3).toFixed(1);
  const device = home.registries.addDevice(`${name} Climate Sensor`, 'zha', area, 'Aqara', 'WSDCGQ11LM');
  const part = { device, platform: 'zha' };
  addEntity(home, 'sensor', `${name} Temperature`, {
    ...part,
    state: temperature,
    attributes: sensorAttributes('temperature', '°C'),
    entry: { labels: ['climate'] },
  });
  addEntity(home, 'sensor', `${name} Humidity`, { ...part, state: String(45 + index * 2), attributes: sensorAttributes('humidity', '%') });
  const battery = name === 'Loft' ? '7' : String(100 - index * 6);
  addEntity(home, 'sensor', `${name} Climate Sensor Battery`, {
    ...part,
    state: battery,
    attributes: sensorAttributes('battery', '%'),
    entry: { entity_category: 'diagnostic' },
  });
  addEntity(home, 'binary_sensor', `${name} Motion`, {
    area,
    platform: 'zha',
    state: index === 1 ? 'on' : 'off',
    attributes: { device_class: 'motion' },
  });
  addEntity(home, 'binary_sensor', `${name} Window`, {
    area,
    platform: 'zha',
    state: name === 'Bathroom' ? 'on' : 'off',
    attributes: { device_class: 'window' },
    entry: { labels: ['security'] },
  });
  if (!outside && name !== 'Garage') {
    addEntity(home, 'cover', `${name} Blinds`, {
      area,
      platform: 'somfy',
      state: 'open',
      attributes: { current_position: 100, device_class: 'blind', supported_features: 15 },
    });
    addEntity(home, 'climate', `${name} Thermostat`, {
      area,
      platform: 'tado',
      state: 'heat',
      attributes: thermostat(Number(temperature)),
      entry: { labels: ['climate'] },
    });
  }
}

function thermostat(current: number): Record<string, unknown> {
  return {
    hvac_modes: ['heat', 'auto', 'off'],
    min_temp: 7,
    max_temp: 30,
    target_temp_step: 0.5,
    preset_modes: ['home', 'away', 'eco'],
    current_temperature: current,
    temperature: 20.5,
    hvac_action: 'idle',
    preset_mode: 'home',
    supported_features: 401,
  };
}
