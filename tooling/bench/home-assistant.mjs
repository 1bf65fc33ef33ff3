// What is measured of the Home Assistant server: the everyday tasks that were measured for others too, and a large home.
const automation = (alias, light) => ({
  alias,
  triggers: [{ trigger: 'state', entity_id: 'binary_sensor.front_door_contact', to: 'on' }],
  actions: [{ action: 'light.turn_on', target: { entity_id: light } }],
});

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
  {
    id: 'automation',
    title: 'create, read, delete an automation',
    calls: [
      ['ha_edit', { id: 'automation', config: automation('Measured', 'light.hall_lights') }],
      ['ha_get_config', { id: 'automation.measured' }],
      ['ha_delete', { ids: ['automation.measured'] }],
    ],
    note: 'asked before deleting',
  },
];

/** A home in between, for which figures of others are known. */
export const medium = {
  seed: 5000,
  tasks: [
    { id: 'overview-5000', title: 'overview of 5,000 entities', calls: [['ha_overview', {}]] },
    {
      id: 'sensors-5000',
      title: 'list the sensors of 5,000 entities',
      calls: [['ha_search', { domain: 'sensor' }]],
      note: 'a page with the total',
    },
  ],
};

/** A write again and again, so that its time is a median. */
export const write = (turn) => ['ha_control', { action: turn % 2 ? 'turn_on' : 'turn_off', targets: ['light.kitchen_lights'] }];

const words = ['temperature', 'kitchen', 'bedroom light', 'power', 'windw', 'garage', 'humidty'];
const light = 'light.kitchen_1_ceiling_light';
export const large = {
  seed: 40_000,
  automations: 2_000,
  /** Fills the home with automations, one in a hundred of which uses the light that is asked for. */
  prepare: async ({ url, token }) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (let number = 0; number < 2_000; number += 1) {
      const body = JSON.stringify(
        automation(`Measured ${number}`, number % 100 === 0 ? light : `light.kitchen_${(number % 90) + 2}_ceiling_light`),
      );
      const answer = await fetch(`${url}/api/config/automation/config/measured_${number}`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`automation ${number}: ${answer.status}`);
    }
  },
  tasks: [
    { id: 'overview-first', title: 'overview, the first', calls: [['ha_overview', {}]] },
    { id: 'overview-warm', title: 'overview when warm', calls: [['ha_overview', {}]] },
    { id: 'sensors', title: 'list sensors', calls: [['ha_search', { domain: 'sensor' }]] },
    { id: 'bodies', title: 'who uses a light', calls: [['ha_search', { query: light, in: 'configs' }]] },
    {
      id: 'rename',
      title: 'preview of a rename',
      calls: [['ha_organize', { changes: [{ ids: [light], set: { new_id: 'light.renamed' } }], dry_run: true }]],
    },
    { id: 'diagnosis', title: 'diagnosis', calls: [['ha_diagnose', {}]] },
  ],
  search: (turn) => ['ha_search', { query: `${words[turn % words.length]} ${turn % 50}` }],
};
