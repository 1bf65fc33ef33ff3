import type { Row } from './builder.ts';

/** Locks, the garage door and gate, the alarm, the siren and what watches the house. */
export const SECURITY: readonly Row[] = [
  ['lock', 'Front Door', { state: 'locked', attributes: { supported_features: 0 }, registered: false }],
  ['lock', 'Back Door', { area: 'kitchen', state: 'locked', attributes: { supported_features: 1 }, entry: { labels: ['security'] } }],
  ['lock', 'Shed Door', { area: 'garden', state: 'jammed', attributes: { supported_features: 0 }, entry: { labels: ['security'] } }],
  [
    'cover',
    'Garage Door',
    { area: 'garage', state: 'closed', attributes: { device_class: 'garage', supported_features: 11 }, entry: { labels: ['security'] } },
  ],
  [
    'cover',
    'Garden Gate',
    { area: 'garden', state: 'closed', attributes: { device_class: 'gate', current_position: 0, supported_features: 15 } },
  ],
  [
    'alarm_control_panel',
    'Home Alarm',
    {
      id: 'home',
      area: 'hall',
      state: 'disarmed',
      platform: 'manual',
      attributes: {
        code_format: 'number',
        changed_by: null,
        code_arm_required: false,
        previous_state: null,
        next_state: null,
        supported_features: 63,
      },
      entry: { labels: ['security'] },
    },
  ],
  [
    'siren',
    'Alarm Siren',
    { id: 'siren', area: 'hall', state: 'off', attributes: { available_tones: ['fire', 'burglar'], supported_features: 31 } },
  ],
  ['binary_sensor', 'Front Door Contact', { area: 'hall', state: 'off', attributes: { device_class: 'door' } }],
  ['binary_sensor', 'Kitchen Smoke', { area: 'kitchen', state: 'off', attributes: { device_class: 'smoke' } }],
  [
    'camera',
    'Front Garden',
    {
      area: 'garden',
      state: 'idle',
      attributes: {
        supported_features: 2,
        access_token: 'simulated',
        entity_picture: '/api/camera_proxy/camera.front_garden?token=simulated',
      },
    },
  ],
  [
    'image',
    'Guest Wi-Fi',
    {
      id: 'guest_wifi',
      area: 'hall',
      state: '2026-01-01T00:00:00+00:00',
      attributes: { access_token: 'simulated', entity_picture: '/api/image_proxy/image.guest_wifi?token=simulated' },
    },
  ],
];
