import type { Home } from './home/home.ts';
import { TIME_ZONE } from './home/local-days.ts';
import { HOME_PLACE } from './home/sun.ts';
import type { Json } from './home/types.ts';

/** The Core this simulator talks like. */
export const CORE_VERSION = '2025.4.4';

/** The answer of get_config and GET /api/config. */
export function coreConfig(home: Home): Json {
  const domains = new Set([...home.states.keys()].map((id) => id.slice(0, id.indexOf('.'))));
  const always = [
    'api',
    'config',
    'frontend',
    'history',
    'homeassistant',
    'http',
    'logbook',
    'lovelace',
    'recorder',
    'repairs',
    'search',
    'system_log',
    'trace',
    'websocket_api',
  ];
  return {
    allowlist_external_dirs: ['/media', '/config/www'],
    allowlist_external_urls: [],
    components: [...new Set([...always, ...domains])],
    config_dir: '/config',
    config_source: 'storage',
    country: 'NL',
    currency: 'EUR',
    debug: false,
    elevation: 2,
    external_url: null,
    internal_url: null,
    language: 'en',
    latitude: HOME_PLACE.latitude,
    location_name: 'Demo Home',
    longitude: HOME_PLACE.longitude,
    radius: 100,
    recovery_mode: false,
    safe_mode: false,
    state: home.coreState,
    time_zone: TIME_ZONE,
    unit_system: {
      length: 'km',
      accumulated_precipitation: 'mm',
      area: 'm²',
      mass: 'g',
      pressure: 'Pa',
      temperature: '°C',
      volume: 'L',
      wind_speed: 'm/s',
    },
    version: CORE_VERSION,
    whitelist_external_dirs: ['/media', '/config/www'],
  };
}
