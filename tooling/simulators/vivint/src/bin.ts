#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startVivintSimulator } from './simulator.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const simulator = await startVivintSimulator({ port: Number(values.port) });
process.stderr.write(`Simulated Vivint cloud\n${JSON.stringify(simulator.urls, undefined, 2)}\n`);
for (const { username, password, mfa } of simulator.accounts) process.stderr.write(`${username} ${password} (${mfa})\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
