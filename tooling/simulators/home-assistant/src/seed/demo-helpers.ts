import type { Row } from './builder.ts';

/** Timers, counters and inputs: they lie in no room. */
export const HELPERS: readonly Row[] = [
  ['timer', 'Laundry', { state: 'idle', attributes: { duration: '0:45:00', editable: true }, platform: 'timer' }],
  ['counter', 'Coffee Cups', { state: '3', attributes: { initial: 0, step: 1, editable: true }, platform: 'counter' }],
  [
    'input_boolean',
    'Guest Mode',
    { state: 'off', attributes: { editable: true, icon: 'mdi:account-multiple' }, platform: 'input_boolean' },
  ],
  ['input_boolean', 'Vacation', { state: 'off', attributes: { editable: true }, platform: 'input_boolean' }],
  [
    'input_number',
    'Target Humidity',
    {
      state: '55.0',
      attributes: { initial: 50, min: 30, max: 80, step: 5, mode: 'slider', unit_of_measurement: '%', editable: true },
      platform: 'input_number',
    },
  ],
  [
    'input_select',
    'House Mode',
    { state: 'Home', attributes: { options: ['Home', 'Away', 'Night'], editable: true }, platform: 'input_select' },
  ],
  [
    'input_text',
    'Door Message',
    { state: 'Welcome', attributes: { min: 0, max: 100, mode: 'text', editable: true }, platform: 'input_text' },
  ],
  [
    'input_datetime',
    'Wake Up',
    { state: '07:00:00', attributes: { has_date: false, has_time: true, editable: true }, platform: 'input_datetime' },
  ],
  ['input_button', 'Doorbell Test', { state: 'unknown', attributes: { editable: true }, platform: 'input_button' }],
];
