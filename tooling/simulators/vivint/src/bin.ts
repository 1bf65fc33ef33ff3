#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { SEEDS } from './seed/seeds.ts';
import { startVivintSimulator } from './simulator.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' }, seed: { type: 'string', default: 'demo' } } });
const seed = SEEDS.find((name) => name === values.seed);
if (!seed) throw new Error(`--seed takes ${SEEDS.join(', ')}`);
const simulator = await startVivintSimulator({ port: Number(values.port), seed });
process.stderr.write(`Simulated Vivint cloud\n${JSON.stringify(simulator.urls, undefined, 2)}\n`);
for (const { username, password, mfa, totpSecret } of simulator.accounts) {
  process.stderr.write(`${username} ${password} (${mfa}${mfa === 'totp' ? `, secret ${totpSecret}` : ''})\n`);
}
simulator.codes.onSent = ({ username, by, code }) => process.stderr.write(`The code for ${username} by ${by}: ${code}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
