// The editing scene: an automation is made, a mistake is refused, another is made, explained and taken back.
const id = 'automation.hall_light_at_the_door';
const failure = (result) => result.content[0].text.split('\n')[0];
const patch = (path, value) => ({ id, patch: [{ op: 'replace', path, value }] });

/** `run` makes one step; answers come back so that a later step can use a handle of an earlier one. */
export async function editing(run) {
  await run({
    say: 'light the hall when the front door opens',
    tool: 'ha_edit',
    args: {
      id: 'automation',
      config: {
        alias: 'Hall light at the door',
        triggers: [{ trigger: 'state', entity_id: 'binary_sensor.front_door_contact', to: 'on' }],
        conditions: [{ condition: 'state', entity_id: 'input_boolean.guest_mode', state: 'off' }],
        actions: [{ action: 'light.turn_on', target: { entity_id: 'light.hall_lights' } }],
      },
    },
    expect: (d) => d.created === id,
    tell: (d) => `created, read back, undo ${d.undo}`,
  });
  await run({
    say: '… with a lamp that is not there',
    tool: 'ha_edit',
    args: patch('/actions/0/target/entity_id', 'light.hall_lihgts'),
    expect: (_d, r) => r.isError,
    tell: (_d, r) => failure(r),
  });
  const broken = await run({
    say: '… with a state that never is',
    tool: 'ha_edit',
    args: patch('/conditions/0/state', 'Off'),
    expect: (d) => d.diff?.length === 1,
    tell: (d) => d.diff[0],
  });
  await run({
    say: 'set it off as if the door had opened',
    tool: 'ha_control',
    args: { action: 'automation.trigger', targets: [id], data: { skip_condition: false } },
    expect: (d) => d.unverified === 1,
    tell: () => 'accepted; nothing shows yet what came of it',
  });
  await run({
    say: 'why did the light stay off?',
    tool: 'ha_explain',
    args: { id },
    expect: (d) => d.problems?.some((row) => row.join(' ').includes('never "Off"')),
    tell: (d) => d.problems[0][1],
  });
  await run({
    say: 'take the last change back',
    tool: 'ha_undo',
    args: { mode: 'restore', change: broken.data.undo },
    expect: (d) => d.undone === 1,
    tell: (d) => `${d.rows[0][2]}; this too can be undone: ${d.rows[0][3]}`,
  });
  await run({
    say: 'who uses the hall lights?',
    tool: 'ha_search',
    args: { query: 'light.hall_lights', in: 'configs' },
    expect: (d) => d.rows.some((row) => row[0] === id),
    tell: (d) => d.rows.map((row) => row[0]).join(', '),
  });
  await run({
    say: 'what is wrong in this home?',
    tool: 'ha_diagnose',
    args: {},
    expect: (d, r) => !r.isError && JSON.stringify(d).includes('automation.broken_night_lock'),
    tell: (d) =>
      `${d.total} findings: ${Object.entries(d.counts)
        .map(([section, count]) => `${count} ${section.replaceAll('_', ' ')}`)
        .join(', ')}`,
  });
}
