// What is measured of the Home Assistant server: the everyday tasks that were measured for others too, and a large home.
export const tasks = [
  { id: 'lights', title: 'lights with state', calls: [['ha_search', { domain: 'light' }]] },
  {
    id: 'turn-on',
    title: 'turn on a light and know that it is on',
    calls: [['ha_control', { action: 'turn_on', targets: ['light.kitchen_lights'] }]],
  },
  { id: 'overview', title: 'overview', calls: [['ha_overview', {}]] },
  {
    id: 'history',
    title: 'a day of history',
    calls: [['ha_history', { ids: ['sensor.bedroom_temperature'], start: '24h' }]],
    note: 'all changes',
  },
  { id: 'misspelt', title: 'find "kithcen lites"', calls: [['ha_search', { query: 'kithcen lites' }]] },
];

/** A write again and again, so that its time is a median. */
export const write = (turn) => ['ha_control', { action: turn % 2 ? 'turn_on' : 'turn_off', targets: ['light.kitchen_lights'] }];

const words = ['temperature', 'kitchen', 'bedroom light', 'power', 'windw', 'garage', 'humidty'];
export const large = {
  seed: 40_000,
  tasks: [
    { id: 'overview-first', title: 'overview, the first', calls: [['ha_overview', {}]] },
    { id: 'overview-warm', title: 'overview when warm', calls: [['ha_overview', {}]] },
    { id: 'sensors', title: 'list sensors', calls: [['ha_search', { domain: 'sensor' }]] },
    { id: 'bodies', title: 'who uses a light', calls: [['ha_search', { query: 'light.kitchen_1_ceiling_light', in: 'configs' }]] },
    { id: 'diagnosis', title: 'diagnosis', calls: [['ha_diagnose', {}]] },
  ],
  search: (turn) => ['ha_search', { query: `${words[turn % words.length]} ${turn % 50}` }],
};
