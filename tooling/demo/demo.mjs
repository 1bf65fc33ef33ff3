// A real MCP client drives the real servers against simulated systems. Exit code 0 only when every step did what it says.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectLegacy, connectModern, tokensOf } from '@switchyard-mcp/testkit';
import { root, servers } from '../bench/servers.mjs';
import { editing } from './editing.mjs';

const asJson = process.argv.includes('--json');
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const records = [];
let failures = 0;
// Neither the person's profiles nor their trail of real acts has to do with this.
const folder = mkdtempSync(join(tmpdir(), 'switchyard-demo-'));
const apart = { SWITCHYARD_CONFIG_DIR: join(folder, 'config'), SWITCHYARD_STATE_DIR: join(folder, 'state') };
const out = (text = '') => asJson || process.stdout.write(`${text}\n`);

const shorten = (text, length = 64) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** One step: a sentence, a call, what must be true of the answer, and how to say it in a line. */
async function step(client, { scene, say, tool, args, expect, tell }) {
  const start = performance.now();
  const result = await client.call(tool, args);
  const ms = Math.round(performance.now() - start);
  const text = result.content.find((block) => block.type === 'text')?.text ?? '';
  const data = result.structuredContent ?? {};
  const ok = Boolean(expect(data, result, text));
  if (!ok) failures += 1;
  records.push({ scene, say, tool, args, ok, ms, tokens: tokensOf(text), reply: data });
  const mark = ok ? paint(32, '✔') : paint(31, '✘');
  out(
    ` ${scene} ▸ ${say.padEnd(44)} ${tool.padEnd(20)} ${mark} ${shorten(ok ? tell(data, result) : text)}  ${paint(2, `${ms} ms, ${tokensOf(text)} tokens`)}`,
  );
  return { data, result };
}

const rowOf = (data, id) => data.rows?.find((row) => row[0] === id);
const change = (data, id) => `${rowOf(data, id)?.[1]} → ${rowOf(data, id)?.[2]}, verified`;

async function home() {
  const server = servers.find(({ name }) => name === 'home-assistant');
  const simulator = await server.simulator();
  const command = {
    command: process.execPath,
    args: [server.bin, '--level', 'configure'],
    env: { ...server.environment(simulator), ...apart },
  };
  const client = await connectLegacy(command);
  const asked = await connectModern(command, 'accept');
  const refused = await connectModern(command, 'decline');
  const run = (fields, by = client) => step(by, { scene: 'home', ...fields });
  try {
    await run({
      say: 'what is in this home?',
      tool: 'ha_overview',
      args: {},
      expect: (d) => Object.keys(d).length > 2,
      tell: (d) => shorten(JSON.stringify(d), 60),
    });
    await run({
      say: 'find "kithcen lites"',
      tool: 'ha_search',
      args: { query: 'kithcen lites' },
      expect: (d) => rowOf(d, 'light.kitchen_lights'),
      tell: (d) => `${d.rows[0][0]} (${d.rows[0][1]})`,
    });
    await run({
      say: 'turn on the kitchen lights at 40 %',
      tool: 'ha_control',
      args: { action: 'turn_on', targets: ['Kitchen Lights'], data: { brightness_pct: 40 } },
      expect: (d) => d.failed === 0,
      tell: (d) => change(d, 'light.kitchen_lights'),
    });
    await run({
      say: 'turn off the ground floor but the kitchen',
      tool: 'ha_control',
      args: { action: 'turn_off', targets: ['floor:Ground floor'], except: ['area:Kitchen'] },
      expect: (d) => d.done > 0 && d.rows.slice(0, d.failed).every((row) => row[2].startsWith('unavailable')),
      tell: (d) => `${d.done} off · ${d.unchanged} were off · ${d.failed} unavailable, and said so`,
    });
    await run({
      say: 'turn off a lamp that is not there',
      tool: 'ha_control',
      args: { action: 'turn_off', targets: ['light.nope_lamp'] },
      expect: (_d, r) => r.isError,
      tell: (_d, r) => r.content[0].text.split('\n')[0],
    });
    await run(
      {
        say: 'unlock the front door (person says no)',
        tool: 'ha_control',
        args: { action: 'unlock', targets: ['lock.front_door'] },
        expect: (_d, r) => r.isError,
        tell: (_d, r) => r.content[0].text.split('\n')[0],
      },
      refused,
    );
    const preview = await run({
      say: 'unlock it (client cannot ask)',
      tool: 'ha_control',
      args: { action: 'unlock', targets: ['lock.front_door'] },
      expect: (d) => typeof d.confirm === 'string',
      tell: () => 'asks first: nothing sent, preview and token',
    });
    await run({
      say: '… and a second call with the token',
      tool: 'ha_control',
      args: { action: 'unlock', targets: ['lock.front_door'], confirm: preview.data.confirm },
      expect: (d) => d.done === 1,
      tell: (d) => change(d, 'lock.front_door'),
    });
    await run({
      say: 'lock it again',
      tool: 'ha_control',
      args: { action: 'lock', targets: ['lock.front_door'] },
      expect: (d) => d.done === 1,
      tell: (d) => change(d, 'lock.front_door'),
    });
    await run(
      {
        say: 'open the garage (person says yes)',
        tool: 'ha_control',
        args: { action: 'open', targets: ['cover.garage_door'], wait_s: 10 },
        expect: (d) => d.failed === 0,
        tell: (d) => change(d, 'cover.garage_door'),
      },
      asked,
    );
    const chart = await run({
      say: 'bedroom temperature over a day',
      tool: 'ha_history',
      args: { ids: ['sensor.bedroom_temperature'], start: '24h', chart: true },
      expect: (_d, r) => r.content.some((block) => block.type === 'image'),
      tell: () => '→ demo-output/bedroom.png',
    });
    const image = chart.result.content.find((block) => block.type === 'image');
    mkdirSync(join(root, 'demo-output'), { recursive: true });
    if (image) writeFileSync(join(root, 'demo-output', 'bedroom.png'), Buffer.from(image.data, 'base64'));
    await run({
      say: 'put milk on the shopping list',
      tool: 'ha_control',
      args: { action: 'todo.add_item', targets: ['todo.shopping_list'], data: { item: 'Milk' } },
      expect: (d, r) => !r.isError && d.failed !== 1,
      tell: (d) => shorten(JSON.stringify(d), 60),
    });
    out();
    await editing((fields) => step(client, { scene: 'edit', ...fields }));
  } finally {
    await Promise.all([client.close(), asked.close(), refused.close()]);
    await simulator.close();
  }
}

async function alarm() {
  const server = servers.find(({ name }) => name === 'vivint');
  const simulator = await server.simulator();
  const command = { command: process.execPath, args: [server.bin, ...server.args], env: { ...server.environment(simulator), ...apart } };
  const client = await connectLegacy(command);
  const refused = await connectModern(command, 'decline');
  const asked = await connectModern(command, 'accept');
  const run = (fields, by = client) => step(by, { scene: 'alarm', ...fields });
  try {
    await run({
      say: 'is everything safe?',
      tool: 'vivint_status',
      args: {},
      expect: (d) => d.rows.length === 4 && d.open.length > 0,
      tell: (d) => `${d.rows[0][0]} ${d.rows[0][2]} · open: ${d.open.length} · alerts: ${d.alerts.length}`,
    });
    await run({
      say: 'which locks are there?',
      tool: 'vivint_list_devices',
      args: { class: 'lock' },
      expect: (d) => d.rows.some((row) => row[2] === 'unlocked'),
      tell: (d) => `${d.total} locks, ${d.rows.filter((row) => row[2] === 'unlocked').length} unlocked`,
    });
    await run({
      say: 'lock the back door',
      tool: 'vivint_secure',
      args: { devices: ['home:31'] },
      expect: (d) => d.done === 1,
      tell: (d) => `${d.rows[0][2]} → ${d.rows[0][3]}, verified`,
    });
    await run({
      say: 'arm the cabin, whose door is open',
      tool: 'vivint_arm',
      args: { mode: 'away', system: 'cabin', partition: 1 },
      expect: (_d, r) => r.isError,
      tell: (_d, r) => r.content[0].text.split('\n')[0],
    });
    await run({
      say: 'arm the house to stay',
      tool: 'vivint_arm',
      args: { mode: 'stay', system: 'home', partition: 1, wait_s: 1 },
      expect: (d) => d.pending === 1,
      tell: (d) => `${d.rows[0][3]}: ${d.rows[0][4]}`,
    });
    await run(
      {
        say: 'disarm it (person says no)',
        tool: 'vivint_disarm',
        args: { system: 'home', partition: 1 },
        expect: (_d, r) => r.isError,
        tell: (_d, r) => r.content[0].text.split('\n')[0],
      },
      refused,
    );
    await run(
      {
        say: 'disarm it (person says yes)',
        tool: 'vivint_disarm',
        args: { system: 'home', partition: 1 },
        expect: (d) => d.done === 1,
        tell: (d) => `${d.rows[0][2]} → ${d.rows[0][3]}, verified`,
      },
      asked,
    );
    await run({
      say: 'who came and went today?',
      tool: 'vivint_events',
      args: { topic: 'access', since: '24h' },
      expect: (d) => d.coverage.complete && d.total > 0,
      tell: (d) => `${d.total} events, complete; last: ${d.rows[0][4]}`,
    });
    const picture = await run({
      say: 'a picture of the driveway',
      tool: 'vivint_snapshot',
      args: { camera: 'Driveway' },
      expect: (_d, r) => r.content.some((block) => block.type === 'image'),
      tell: (d) => `${d.age} old → demo-output/driveway.jpg`,
    });
    const image = picture.result.content.find((block) => block.type === 'image');
    mkdirSync(join(root, 'demo-output'), { recursive: true });
    if (image) writeFileSync(join(root, 'demo-output', 'driveway.jpg'), Buffer.from(image.data, 'base64'));
    await run({
      say: '… and of the nursery, whose privacy is on',
      tool: 'vivint_snapshot',
      args: { camera: 'Nursery' },
      expect: (_d, r) => r.isError,
      tell: (_d, r) => r.content[0].text.split('\n')[0],
    });
    await run({
      say: 'which devices are not well?',
      tool: 'vivint_health',
      args: {},
      expect: (d) => d.offline === 2 && d.rows.length > 5,
      tell: (d) => `${d.rows.length} with problems, ${d.offline} offline, ${d.online_unknown} do not say`,
    });
  } finally {
    await Promise.all([client.close(), asked.close(), refused.close()]);
    await simulator.close();
  }
}

out(' Switchyard demo: a real MCP client drives the real servers against simulated systems. Nothing leaves this machine.');
out();
await home();
out();
await alarm();
out();
if (asJson) process.stdout.write(`${JSON.stringify(records, null, 2)}\n`);
out(
  failures
    ? ` ${failures} of ${records.length} steps did not do what they say.`
    : ` ${records.length} of ${records.length} steps did what they say.`,
);
out(` Try it yourself:  claude mcp add home -- node ${servers.find(({ name }) => name === 'home-assistant').bin} demo`);
rmSync(folder, { recursive: true, force: true });
process.exit(failures ? 1 : 0);
