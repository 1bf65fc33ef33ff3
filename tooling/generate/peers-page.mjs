const cell = (text) => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');

/** `ha_control action="turn_off" targets=["area:Kitchen"]`: names and values as they are sent. */
const callText = ({ tool, args }) => {
  const words = Object.entries(args).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `\`${[tool, ...words].join(' ')}\``;
};

const rowText = ({ tool, calls, note }) => {
  const ours = [...new Set(calls.map((call) => call.tool))].map((name) => `\`${name}\``).join(', ');
  return `| \`${tool}\` | ${ours} | ${cell(calls.map(callText).join(' then '))}${note ? `<br>${cell(note)}` : ''} |`;
};

const section = (title, rows) => {
  const done = rows.filter((row) => row.calls);
  const reasons = new Map();
  for (const row of rows.filter((one) => one.left_out))
    reasons.set(row.left_out, [...(reasons.get(row.left_out) ?? []), `\`${row.tool}\``]);
  const left = rows.length - done.length;
  return [
    `## ${title}`,
    '',
    `${rows.length} tools: ${done.length} have a call here, ${left} are left out.`,
    '',
    '| theirs | ours | example |',
    '| --- | --- | --- |',
    ...done.map(rowText),
    '',
    'Left out:',
    '',
    ...[...reasons].map(([reason, tools]) => `- ${tools.join(', ')}: ${reason}`),
    '',
  ];
};

/** The page that tells users of other servers what does the same here; made from the table that the tests execute. */
export const peersPage = ({ peers, rows }) =>
  [
    '# Coming from another Home Assistant server',
    '',
    'Equivalents of each tool of the two largest other servers. The page is made from `packages/home-assistant/test/peers.json`, and',
    '`packages/home-assistant/test/peers.test.ts` executes every example on the simulated home. Where a call asks a person first, the example is',
    'the call that asks; `$name` stands for a value of the reply before.',
    '',
    ...Object.entries(peers).flatMap(([peer, { title }]) =>
      section(
        title,
        rows.filter((row) => row.peer === peer),
      ),
    ),
  ].join('\n');
