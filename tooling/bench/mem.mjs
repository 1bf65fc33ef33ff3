import { readFileSync, readdirSync } from 'node:fs';
import { connectLegacy } from '@switchyard-mcp/testkit';
import { servers } from './servers.mjs';
const server = servers[0];
const simulator = await server.simulator(Number(process.argv[2] ?? 40000));
const client = await connectLegacy({ command: process.execPath, args: [server.bin, ...server.args], env: { ...server.environment(simulator), ...(process.argv[3] ? { NODE_OPTIONS: process.argv[3] } : {}) } });
const kids = readdirSync('/proc').filter((p) => /^\d+$/.test(p)).filter((p) => { try { return readFileSync(`/proc/${p}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(process.pid); } catch { return false; } });
const mem = () => kids.map((k) => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${k}/status`, 'utf8'))[1] / 1024 | 0).join(' ') + ' peak ' + kids.map((k) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${k}/status`, 'utf8'))[1] / 1024 | 0).join(' ');
for (const [t, a] of [['ha_overview', {}], ['ha_overview', {}], ['ha_search', { query: 'kithcen lites' }], ['ha_search', { query: 'kitchen temperature' }], ['ha_search', { query: 'light.kitchen_1_ceiling_light', in: 'configs' }], ['ha_search', { query: 'light.kitchen_1_ceiling_light', in: 'configs' }], ['ha_diagnose', {}], ['ha_organize', { changes: [{ ids: ['light.kitchen_1_ceiling_light'], set: { new_id: 'light.kitchen_one' } }], dry_run: true }]]) {
  const s = performance.now(); const r = await client.call(t, a);
  console.log(t, JSON.stringify(a).slice(0, 60), Math.round(performance.now() - s), 'ms', mem(), 'MB', r.isError ? r.content[0].text.slice(0, 200) : r.content[0].text.slice(0, 120));
}
await client.close(); await simulator.close(); process.exit(0);
