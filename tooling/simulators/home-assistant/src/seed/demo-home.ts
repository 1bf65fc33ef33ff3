import { discoverFlow } from '../flows/flow-manager.ts';
import type { Home } from '../home/home.ts';
import { isoTime } from '../home/identifiers.ts';
import { seedConfigs } from './demo-configs.ts';
import { seedDevices } from './demo-devices.ts';
import { seedObjects } from './demo-objects.ts';
import { seedPlaces, seedRooms } from './demo-rooms.ts';

/** The demo home: three floors, ten areas and some two hundred entities, with the odd ones real homes have. */
export function seedDemoHome(home: Home): void {
  seedPlaces(home);
  seedRooms(home);
  seedDevices(home);
  seedConfigs(home);
  seedObjects(home);
  const kitchen = home.registries.entities.get('light.kitchen_lights');
  if (kitchen) Object.assign(kitchen, { aliases: ['cooking lights'], labels: ['evening'] });
  const broken = home.registries.addConfigEntry('broken_cloud', 'setup_error', 'Invalid credentials');
  const entry = home.registries.configEntries.get(broken);
  if (entry) discoverFlow(home, entry, 'reauth');
  seedLists(home);
  seedTroubles(home);
}

function seedLists(home: Home): void {
  home.todos.set('todo.chores', [
    { summary: 'Water the plants', uid: 'chore-1', status: 'needs_action' },
    { summary: 'Take out the bins', uid: 'chore-2', status: 'needs_action', due: isoTime(home.startedAt).slice(0, 10) },
    { summary: 'Clean the filter', uid: 'chore-3', status: 'completed' },
  ]);
  home.todos.set('todo.shopping_list', [{ summary: 'Milk', uid: 'shop-1', status: 'needs_action' }]);
  const day = (offset: number): string => isoTime(home.startedAt + offset * 86_400_000).slice(0, 10);
  const event = { description: '', location: null, rrule: null };
  home.calendars.set('calendar.family', [
    {
      ...event,
      uid: 'event-1',
      summary: 'Dentist',
      start: `${day(1)}T11:00:00+01:00`,
      end: `${day(1)}T12:00:00+01:00`,
      location: 'Main Street 1',
    },
    { ...event, uid: 'event-2', summary: 'Birthday party', start: day(3), end: day(4), description: 'Bring a cake' },
  ]);
  home.calendars.set('calendar.holidays', [{ ...event, uid: 'event-3', summary: 'Public holiday', start: day(6), end: day(7) }]);
}

function seedTroubles(home: Home): void {
  home.notify('welcome', 'Welcome', 'This home is simulated.');
  home.warn('homeassistant.components.broken_cloud', 'Setup failed for broken_cloud: Invalid credentials', 'ERROR');
  home.warn(
    'homeassistant.components.automation.broken_night_lock',
    'Referenced entities lock.front_dor are missing or not currently available',
  );
  home.issues.push({
    breaks_in_ha_version: null,
    created: isoTime(home.startedAt),
    dismissed_version: null,
    ignored: false,
    domain: 'broken_cloud',
    is_fixable: true,
    issue_domain: null,
    issue_id: 'reauth_required',
    learn_more_url: null,
    severity: 'error',
    translation_key: 'reauth_required',
    translation_placeholders: null,
  });
}
