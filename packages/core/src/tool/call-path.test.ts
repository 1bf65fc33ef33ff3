import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { ToolError } from '../errors/tool-error.ts';
import { createRuntime } from '../runtime/runtime.ts';
import type { AuditEntry, AuditLog } from '../security/audit-log.ts';
import type { AnyTool } from './define-tool.ts';
import { asking, dataOf, errorOf, type House, make, plain, secret, setup, unlock } from './fixtures/house.ts';

test('only tools of the level and toolsets in force are listed and callable', async () => {
  const admin = make({ name: 't_admin', level: 'admin' });
  const other = make({ name: 't_other', toolset: 'more' });
  const unleveled = make({ name: 't_unleveled', level: 'forgotten' });
  const { caller } = setup([make({}), admin, other, unleveled], { toolsets: ['basic'] });
  expect(caller.list().map((tool) => tool.name)).toEqual(['t_read']);
  expect(errorOf(await caller.call('t_admin', {}, plain)).code).toBe('permission_denied');
  expect(errorOf(await caller.call('t_unleveled', {}, plain)).code).toBe('permission_denied');
  expect(errorOf(await caller.call('t_other', {}, plain)).code).toBe('not_found');
  expect(errorOf(await caller.call('t_raed', {}, plain))).toMatchObject({ code: 'not_found', didYouMean: ['t_read'] });
});

test('arguments are checked before anything connects', async () => {
  const operations = vi.fn(() => ({ lock: '', unlocked: 0, runtime: createRuntime() }));
  const { caller } = setup([make({})], { operations });
  expect(errorOf(await caller.call('t_read', { idd: 'x' }, plain)).issues).toEqual([
    { path: 'idd', got: 'an argument that does not exist', expected: 'id', didYouMean: 'id' },
  ]);
  expect(errorOf(await caller.call('t_read', { confirm: 'x' }, plain)).code).toBe('invalid_input');
  expect(operations).not.toHaveBeenCalled();
});

const hanging = (effect: 'read' | 'change'): AnyTool<House> =>
  make({ name: 't_hang', effect, handler: () => new Promise(() => undefined) });

test.each([
  ['read', 'none'],
  ['change', 'unknown'],
] as const)('a %s that hangs ends at the deadline with side effects %s', async (effect, sideEffects) => {
  const { caller } = setup([hanging(effect)], { deadlineMs: 5 });
  const error = errorOf(await caller.call('t_hang', {}, plain));
  expect(error).toMatchObject({ code: 'timeout', sideEffects, retryable: effect === 'read' });
  expect(error.text.startsWith('Unknown: ')).toBe(effect === 'change');
  expect(error.text).toContain('Next: ');
});

test('a connection that comes after the deadline starts nothing', async () => {
  const handler = vi.fn(async () => ({ data: { ok: true } }));
  let connect: (house: House) => void = () => undefined;
  const operations = (): Promise<House> => new Promise((resolve) => (connect = resolve));
  const { caller } = setup([make({ name: 't_write', effect: 'change', handler })], { deadlineMs: 5, operations });
  expect(errorOf(await caller.call('t_write', {}, plain))).toMatchObject({ code: 'timeout', sideEffects: 'none' });
  connect({ lock: '', unlocked: 0, runtime: createRuntime() });
  await new Promise(setImmediate);
  expect(handler).not.toHaveBeenCalled();
});

test('a cancelled call stops, and one cancelled before it began does not begin', async () => {
  const handler = vi.fn(async () => ({ data: { ok: true } }));
  const { caller } = setup([hanging('change'), make({ handler })]);
  const client = new AbortController();
  const pending = caller.call('t_hang', {}, { ...plain, signal: client.signal });
  await new Promise(setImmediate);
  client.abort();
  expect(errorOf(await pending)).toMatchObject({ code: 'cancelled', sideEffects: 'unknown' });
  expect(errorOf(await caller.call('t_read', {}, { ...plain, signal: client.signal }))).toMatchObject({
    code: 'cancelled',
    sideEffects: 'none',
  });
  expect(handler).not.toHaveBeenCalled();
});

test('a write too large to report is not reported as undone', async () => {
  const { caller } = setup([
    make({ name: 't_write', effect: 'change', handler: async () => ({ data: { text: Array(40).fill('x'.repeat(1000)) } }) }),
  ]);
  expect(errorOf(await caller.call('t_write', {}, plain))).toMatchObject({ sideEffects: 'done' });
});

const trail = (broken?: 'intent' | 'outcome'): AuditLog & { entries: AuditEntry[] } => {
  const entries: AuditEntry[] = [];
  return {
    entries,
    file: '/trail/audit.jsonl',
    close: () => undefined,
    append: (entry) => {
      if (entry.phase === broken) throw Object.assign(new Error('disk'), { code: 'ENOSPC' });
      entries.push(entry);
    },
  };
};

test('a write leaves an intent and an outcome, without secrets', async () => {
  const audit = trail();
  const { caller } = setup([make({ name: 't_write', effect: 'change' }), unlock], { audit });
  await caller.call('t_write', { id: secret }, plain);
  await caller.call('t_unlock', {}, plain);
  expect(audit.entries.map(({ phase, outcome }) => outcome ?? phase)).toEqual(['intent', 'reply', 'intent', 'preview']);
  expect(JSON.stringify(audit.entries)).not.toContain(secret);
});

test('without a trail no write begins; a lost outcome is logged', async () => {
  const handler = vi.fn(async () => ({ data: { ok: true } }));
  const write = make({ name: 't_write', effect: 'change', handler });
  expect(errorOf(await setup([write], { audit: trail('intent') }).caller.call('t_write', {}, plain))).toMatchObject({
    code: 'internal',
    sideEffects: 'none',
  });
  expect(handler).not.toHaveBeenCalled();
  const { caller, logged } = setup([write], { audit: trail('outcome') });
  expect(dataOf(await caller.call('t_write', {}, plain))).toEqual({ ok: true });
  expect(logged.join()).toContain('ENOSPC');
});

test('output is checked only where asked for', async () => {
  const wrong = make({ handler: async () => ({ data: { ok: 'yes' } }) });
  const sneaky = make({ name: 't_sneaky', effect: 'destroy', confirm: 'always' });
  expect(dataOf(await setup([wrong]).caller.call('t_read', {}, plain))).toEqual({ ok: 'yes' });
  const { caller, logged } = setup([wrong, sneaky], { validateOutput: true });
  expect(errorOf(await caller.call('t_read', {}, plain)).code).toBe('internal');
  expect(errorOf(await caller.call('t_sneaky', {}, plain)).code).toBe('internal');
  expect(logged.join()).toMatch(/output schema[\s\S]*without asking/);
});

test('no secret leaves by reply, error, question or log, wherever it stands', async () => {
  const places = fc.constantFrom('reply', 'key', 'toolError', 'error', 'cause', 'ask', 'preview');
  const around = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.nat(2100).map((length) => 'x'.repeat(length)),
  );
  const disguise = fc.constantFrom(
    (text: string) => text,
    (text: string) => `${text.slice(0, 6)}\u200b${text.slice(6)}`,
    (text: string) => encodeURIComponent(text),
    (text: string) => Buffer.from(text).toString('base64'),
  );
  await fc.assert(
    fc.asyncProperty(places, around, disguise, async (place, before, hide) => {
      const hidden = `${before} ${hide(secret)}`;
      const tool = make({
        effect: 'change',
        confirm: 'depends',
        handler: async (_args, { confirm }) => {
          if (place === 'toolError')
            throw new ToolError({
              code: 'not_found',
              what: `It said ${hidden}`,
              why: hidden,
              didYouMean: [hidden],
              next: [`Say ${hidden}`],
            });
          if (place === 'error') throw new Error(hidden);
          if (place === 'cause') throw new Error('x', { cause: new Error(hidden) });
          if (place === 'ask' || place === 'preview') await confirm({ summary: hidden, will: [[hidden]], against: [hidden], state: 1 });
          return { data: place === 'key' ? { [hidden]: 1 } : { deep: [{ text: hidden }] } };
        },
      });
      const { caller, logged } = setup([tool]);
      const outcome = await caller.call('t_read', {}, place === 'ask' ? asking : plain);
      const seen = JSON.stringify([outcome, logged]);
      expect(seen).not.toContain('canary');
      expect(seen).not.toContain(hide(secret));
      expect(seen).not.toContain(Buffer.from(secret).toString('base64').slice(0, 8));
    }),
    { numRuns: 300 },
  );
});
