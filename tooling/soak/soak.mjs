// Thousands of mixed calls over a wire that fails at random: no answer lost, no effect twice, memory and handles steady.
// `node tooling/soak/soak.mjs [--calls N] [--seed N]` after a build. Exit code 0 only when all of it held.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startHomeAssistantSimulator } from '@switchyard-mcp/simulator-home-assistant';
import { leaksOf, makeCanary, spawnServer } from '@switchyard-mcp/testkit';
import { root } from '../bench/servers.mjs';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '3000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
});
const calls = Number(values.calls);
const atOnce = 8;
const canary = makeCanary('token', { odd: true });

let state = Number(values.seed) >>> 0;
/** The same calls and faults for the same seed. */
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
};
const pick = (list) => list[Math.floor(random() * list.length)];

const reads = [
  ['ha_get', () => ({ ids: ['light.kitchen_lights', 'lock.front_door', 'sensor.nope'] })],
  ['ha_search', () => ({ query: pick(['kithcen lites', 'door', 'temperature', 'nothing like it']) })],
  ['ha_overview', () => ({})],
  ['ha_describe_action', () => ({ action: 'light.turn_on' })],
  ['ha_template', () => ({ template: `{{ ${Math.floor(random() * 1000)} + 1 }}` })],
  ['ha_history', () => ({ ids: ['light.kitchen_lights'], start: '1h' })],
  ['ha_snapshot', () => ({ id: 'camera.front_garden' })],
  ['ha_wait', () => ({ id: 'light.kitchen_lights', timeout_s: 0.1 })],
  ['ha_wait', () => ({ event: 'never_fired', timeout_s: 0.1 })],
];
const writes = [
  ['ha_control', () => ({ action: pick(['turn_on', 'turn_off', 'toggle']), targets: ['area:Kitchen'], wait_s: 0.5 })],
  ['ha_control', () => ({ action: 'turn_on', targets: ['light.nope'] })],
  ['ha_set_state', () => ({ entity_id: 'sensor.soaked', state: String(Math.floor(random() * 1000)) })],
];
const faults = [
  (s) => s.faults.dropSocketOnNext(pick(['call_service', 'get_config', 'render_template', 'history/history_during_period'])),
  (s) => s.faults.dropSocketAfterNext(pick(['call_service', 'subscribe_events', 'get_services'])),
  (s) => Object.assign(s.faults, { brokenFrames: 1 }),
  (s) => Object.assign(s.faults, { delayMs: 30 }),
  (s) => Object.assign(s.faults, { lateEventsMs: 30 }),
  (s) => Object.assign(s.faults, { duplicateEvents: true }),
  (s) => Object.assign(s.faults, { truncateJson: true }),
  (s) => Object.assign(s.faults, { htmlError: true }),
  (s) => s.faults.limitRate(3600),
  (s) => s.faults.failRequests(2, 503),
  (s) => s.faults.unauthorizedOnce(),
  (s) => s.faults.ignoreService('light.*'),
  (s) => s.restart(),
];

/** Resident memory in MB and open files of a process; undefined where the system does not tell. */
const sizeOf = (pid) => {
  try {
    const mb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    return { mb, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return undefined;
  }
};

const folder = mkdtempSync(join(tmpdir(), 'switchyard-soak-'));
const simulator = await startHomeAssistantSimulator({ token: canary });
const server = spawnServer({
  command: process.execPath,
  args: [join(root, 'packages/home-assistant/dist/bin.js'), '--level', 'admin', '--deadline', '10'],
  env: { HOMEASSISTANT_URL: simulator.url, HOMEASSISTANT_TOKEN: canary, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
});
const problems = [];
const outcomes = {};
const sizes = [];
let id = 1;
const ask = async (method, params) => {
  id += 1;
  server.send({ id, method, params });
  return server.answer(id);
};
await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } });
server.send({ method: 'notifications/initialized' });

/** A note that no other call writes: the log of the simulator then tells how often it arrived. */
const markedWrite = (number) => [
  'ha_control',
  { action: 'set_value', targets: ['input_text.door_message'], data: { value: `n${number}` }, wait_s: 0.5 },
];
const nextCall = (number) => {
  const kind = random();
  if (kind < 0.15) return markedWrite(number);
  const [name, args] = pick(kind < 0.35 ? writes : reads);
  return [name, args()];
};

const lateMs = 20_000;
const one = async (number) => {
  const [name, args] = nextCall(number);
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), lateMs);
  });
  const message = await Promise.race([ask('tools/call', { name, arguments: args }), late]);
  clearTimeout(timer);
  if (!message) return problems.push(`${name} ${JSON.stringify(args)} was not answered`);
  if (leaksOf(JSON.stringify(message), [canary]).length > 0) problems.push(`${name} gave the token away`);
  const error = message.result?.structuredContent?.error ?? message.error;
  const outcome = error ? `${error.code}` : 'reply';
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  if (outcome === 'internal' || typeof error?.code === 'number') problems.push(`${name} ${JSON.stringify(args)}: ${JSON.stringify(error)}`);
  const value = args.data?.value;
  if (value === undefined) return;
  const arrived = simulator.requests.filter(
    (request) => request.what === 'call_service' && request.body?.service_data?.value === value,
  ).length;
  if (arrived > 1) problems.push(`${value} was sent ${arrived} times`);
  if (message.result?.structuredContent?.done === 1 && arrived !== 1)
    problems.push(`${value} is said to be done and arrived ${arrived} times`);
};

const startedAt = performance.now();
for (let number = 0; number < calls; number += atOnce) {
  if (random() < 0.3) await pick(faults)(simulator);
  await Promise.all(Array.from({ length: Math.min(atOnce, calls - number) }, (_, index) => one(number + index)));
  simulator.faults.clear();
  simulator.requests.length = 0;
  if (number % (atOnce * 10) === 0) sizes.push(sizeOf(server.child.pid));
}
const last = await ask('tools/call', { name: 'ha_overview', arguments: {} });
if (last.result?.isError) problems.push('the last call, without any fault, failed');

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const known = sizes.filter(Boolean);
const part = (from, to, key) => median(known.slice(Math.floor(known.length * from), Math.ceil(known.length * to)).map((size) => size[key]));
if (known.length >= 10) {
  const [memory, handles] = ['mb', 'handles'].map((key) => [part(0.2, 0.5, key), part(0.8, 1, key)]);
  process.stdout.write(`memory ${memory.map((mb) => `${Math.round(mb)} MB`).join(' → ')}, handles ${handles.join(' → ')}\n`);
  if (memory[1] > memory[0] * 1.15 + 10) problems.push('memory grows');
  if (handles[1] > handles[0] + 3) problems.push('handles grow');
}
if (leaksOf(server.stderr(), [canary]).length > 0) problems.push('the log gives the token away');
server.child.stdin.end();
await simulator.close();
rmSync(folder, { recursive: true, force: true });

const seconds = Math.round((performance.now() - startedAt) / 1000);
process.stdout.write(`${calls} calls in ${seconds} s with seed ${values.seed}: ${JSON.stringify(outcomes)}\n`);
for (const problem of problems.slice(0, 20)) process.stdout.write(`✘ ${problem}\n`);
process.stdout.write(problems.length === 0 ? 'All answered, nothing twice, nothing leaked, steady.\n' : `${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);
