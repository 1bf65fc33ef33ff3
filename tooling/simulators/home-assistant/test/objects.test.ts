import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HomeAssistantSimulator, startHomeAssistantSimulator } from '../src/index.ts';
import { type Client, connect, type Message } from './client.ts';

/** A conversation with Core 2025.4.4 about objects, in its order: each step with its answer. */
interface Step {
  readonly ws?: Message;
  readonly rest?: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly answer: Message;
}

const steps = JSON.parse(readFileSync(new URL('../fixtures/objects-2025.4.4.json', import.meta.url), 'utf8')) as readonly Step[];

let simulator: HomeAssistantSimulator;
let client: Client;
beforeAll(async () => {
  simulator = await startHomeAssistantSimulator();
  client = await connect(simulator);
});
afterAll(() => simulator.close());

const rest = async ({ method, path, body }: NonNullable<Step['rest']>): Promise<Message> => {
  const headers = { authorization: `Bearer ${simulator.token}`, 'content-type': 'application/json' };
  const answer = await fetch(simulator.url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: answer.status, body: await answer.json() };
};

/** Lists hold what the seed stored as well; the recorded home had nothing of its own. */
const ours = (answer: Message): Message =>
  Array.isArray(answer['result'])
    ? { ...answer, result: answer['result'].filter((item: Message) => String(item['id']).startsWith('rec_')) }
    : answer;

describe('in the order in which Core was asked', () => {
  test.each(steps.map((step, index) => [`${index} ${JSON.stringify(step.ws ?? step.rest).slice(0, 110)}`, step] as const))(
    '%s',
    async (_name, step) => {
      if (step.rest) return expect(await rest(step.rest)).toEqual(step.answer);
      const { id: _id, type: _type, ...answer } = await client.ask({ ...step.ws });
      expect(ours(answer)).toEqual(step.answer);
    },
  );
});

test('a body with the id of another is stored under that one, as Core does', async () => {
  const body = { id: 'other', alias: 'Zz', triggers: [], actions: [] };
  await rest({ method: 'POST', path: '/api/config/automation/config/1', body });
  expect(await rest({ method: 'GET', path: '/api/config/automation/config/1' })).toMatchObject({ status: 404 });
  expect(await rest({ method: 'GET', path: '/api/config/automation/config/other' })).toMatchObject({ status: 200 });
});

test('what lives in other YAML runs and is not stored', async () => {
  const { result } = await client.ask({ type: 'automation/config', entity_id: 'automation.package_heating' });
  expect(result).toMatchObject({ config: { alias: 'Package heating' } });
  expect(await rest({ method: 'GET', path: '/api/config/automation/config/package_heating' })).toMatchObject({ status: 404 });
});
