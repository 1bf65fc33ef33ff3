import { expect, test } from 'vitest';
import * as z from 'zod';
import { createRuntime } from '../runtime/runtime.ts';
import type { AuditEntry } from '../security/audit-log.ts';
import { createToolCaller } from './call-tool.ts';
import { defineTool } from './define-tool.ts';
import { errorOf, plain } from './fixtures/house.ts';
import { annotations, inputJsonSchema } from './tool-schema.ts';

const levels = ['read', 'control', 'admin'];
type Done = string[];
const note =
  (op: string) =>
  async (_args: unknown, { operations }: { operations: Done }) => {
    operations.push(op);
    return { data: { op } };
  };
const box = defineTool<Done>()({
  name: 'box_manage',
  title: 'Box',
  description: 'Lists, shakes and burns what is in the box.',
  toolset: 'box',
  idempotent: false,
  input: z.object({ op: z.enum(['list', 'shake', 'burn']), id: z.string().optional() }),
  output: z.object({ op: z.string() }),
  ops: {
    list: { effect: 'read', level: 'read', confirm: 'never', takes: [], run: note('list') },
    shake: { effect: 'change', level: 'control', confirm: 'never', run: note('shake') },
    burn: {
      effect: 'destroy',
      level: 'admin',
      confirm: 'always',
      run: async (args, context) => {
        await context.confirm({ summary: 'Burn the box', will: [['burn', 'box']], state: 1 });
        return note('burn')(args, context);
      },
    },
  },
});

const start = (level: string) => {
  const [done, entries]: [Done, AuditEntry[]] = [[], []];
  const audit = { file: 'f', append: (entry: AuditEntry) => void entries.push(entry), close: () => undefined };
  const operations = () => done;
  const caller = createToolCaller<Done>({ tools: [box], levels, level, operations, audit, principal: 'p', runtime: createRuntime() });
  const [listed] = caller.list();
  if (listed === undefined) throw new Error('it is not listed');
  return { caller, listed, done, entries };
};
const opsListed = (level: string): unknown => {
  const properties = inputJsonSchema(start(level).listed)['properties'] as Record<string, { enum?: readonly string[] }>;
  return { ops: properties['op']?.enum, parameters: Object.keys(properties).filter((name) => name !== 'op') };
};

test('the whole tool has the strongest effect of its operations, and asks when one of them does', () => {
  expect(box).toMatchObject({ level: 'read', effect: 'destroy', confirm: 'depends' });
});

test.each([
  ['read', { ops: ['list'], parameters: [] }, { readOnlyHint: true, destructiveHint: false }],
  ['control', { ops: ['list', 'shake'], parameters: ['id', 'idempotency_key'] }, { readOnlyHint: false, destructiveHint: false }],
  [
    'admin',
    { ops: ['list', 'shake', 'burn'], parameters: ['id', 'confirm', 'idempotency_key'] },
    { readOnlyHint: false, destructiveHint: true },
  ],
])('at the level %s it is listed and annotated as what the level reaches', (level, listed, hints) => {
  expect(opsListed(level)).toEqual(listed);
  expect(annotations(start(level).listed)).toMatchObject(hints);
});

test('an operation above the level is refused by its name and level, and does nothing', async () => {
  const { caller, done, entries } = start('control');
  const error = errorOf(await caller.call('box_manage', { op: 'burn' }, plain));
  expect(error).toMatchObject({
    code: 'permission_denied',
    what: 'box_manage op="burn" needs the level "admin", this server runs at "control".',
  });
  expect(errorOf(await caller.call('box_manage', { op: 'brun' }, plain)).code).toBe('invalid_input');
  expect([done, entries]).toEqual([[], []]);
});

test('a read is not written into the audit log, and a change is by its operation', async () => {
  const { caller, entries, done } = start('admin');
  await caller.call('box_manage', { op: 'list', idempotency_key: 'k' }, plain);
  expect(entries).toEqual([]);
  await caller.call('box_manage', { op: 'shake' }, plain);
  expect(entries.map(({ phase, tool, op }) => [phase, tool, op])).toEqual([
    ['intent', 'box_manage', 'shake'],
    ['outcome', 'box_manage', 'shake'],
  ]);
  expect(done).toEqual(['list', 'shake']);
});

test('only the operation that asks is asked about, and its token is not one of another operation', async () => {
  const { caller, done } = start('admin');
  const preview = await caller.call('box_manage', { op: 'burn' }, plain);
  const confirm = preview.kind === 'reply' ? preview.data['confirm'] : undefined;
  expect(done).toEqual([]);
  expect(errorOf(await caller.call('box_manage', { op: 'burn', id: 'other', confirm }, plain)).code).toBe('confirmation_required');
  await caller.call('box_manage', { op: 'burn', confirm }, plain);
  expect(done).toEqual(['burn']);
});

test('a key is one of an operation: another operation under it is not the same call', async () => {
  const { caller, done } = start('admin');
  for (let i = 0; i < 2; i += 1) await caller.call('box_manage', { op: 'shake', idempotency_key: 'k' }, plain);
  await caller.call('box_manage', { op: 'burn', idempotency_key: 'k' }, plain);
  expect(done).toEqual(['shake']);
});

test('a failed read does not say that nothing was changed, a failed change does', async () => {
  const { caller } = start('admin');
  expect(errorOf(await caller.call('box_manage', { op: 'list', idd: 1 }, plain)).text).not.toContain('Nothing was changed');
  expect(errorOf(await caller.call('box_manage', { op: 'shake', idd: 1 }, plain)).text).toContain('Nothing was changed');
});

test('an op that the schema fills in is held to the level as one that is given', async () => {
  const done: Done = [];
  const input = z.object({ op: z.enum(['list', 'shake', 'burn']).default('burn') });
  const careless = defineTool<Done>()({
    name: 'box_burn',
    title: 'Box',
    description: 'Burns what is in the box.',
    toolset: 'box',
    idempotent: false,
    input,
    output: z.object({ op: z.string() }),
    ops: {
      list: { effect: 'read', level: 'read', confirm: 'never', run: note('list') },
      shake: { effect: 'change', level: 'control', confirm: 'never', run: note('shake') },
      burn: { effect: 'destroy', level: 'admin', confirm: 'never', run: note('burn') },
    },
  });
  const options = { tools: [careless], levels, level: 'control', operations: () => done, principal: 'p', runtime: createRuntime() };
  expect(errorOf(await createToolCaller<Done>(options).call('box_burn', {}, plain))).toMatchObject({ code: 'permission_denied' });
  expect(done).toEqual([]);
});
