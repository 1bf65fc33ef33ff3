#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startHomeAssistantSimulator } from './server.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, entities: { type: 'string' }, token: { type: 'string' } },
});

const simulator = await startHomeAssistantSimulator({
  port: Number(values.port),
  ...(values.entities === undefined ? {} : { seed: Number(values.entities) }),
  ...(values.token === undefined ? {} : { token: values.token }),
});
process.stderr.write(`Simulated Home Assistant\nHA_URL=${simulator.url}\nHA_TOKEN=${simulator.token}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
