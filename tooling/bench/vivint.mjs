// What is measured of the Vivint server.

/** Everyday tasks: what a person wants, and the calls that it takes. */
export const tasks = [
  { id: 'status', title: 'is the home armed, and is anything open', calls: [['vivint_status', {}]] },
  { id: 'locks', title: 'all locks', calls: [['vivint_list_devices', { class: 'lock' }]] },
  { id: 'day', title: 'what happened in a day', calls: [['vivint_events', {}]] },
  { id: 'batteries', title: 'which batteries are low', calls: [['vivint_health', {}]] },
  { id: 'lock', title: 'lock the back door and know that it is locked', calls: [['vivint_secure', { devices: ['home:31'] }]] },
];

/** A write whose verified reply is timed, in two forms that undo each other. */
export const write = (turn) => ['vivint_operate', { devices: ['Porch Light'], on: turn % 2 === 1 }];

/** The server lets only so many commands through in a minute. */
export const turns = 12;
