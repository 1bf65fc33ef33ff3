import { expect, test } from 'vitest';
import { provenUnchanged, ToolError } from '../errors/tool-error.ts';
import type { AuditEntry } from '../security/audit-log.ts';
import type { ToolReply } from '../tool/define-tool.ts';
import { dataOf, errorOf, make, plain, setup } from '../tool/fixtures/house.ts';
import { createRuntime } from './runtime.ts';
import { createWrites } from './writes.ts';

const writes = createWrites();
const runtime = { ...createRuntime(), writes };

const failed = (sideEffects: 'none' | 'unknown' = 'none', what = 'light.a cannot be reached.'): ToolError =>
  new ToolError({ code: 'upstream_unavailable', what, sideEffects, retryable: true, next: ['Try again.'] });
const answered = (): Promise<string> => writes.track(async () => 'ok');
const lost = (): Promise<never> => writes.track(() => Promise.reject(failed('unknown')));
const refused = (): Promise<never> => writes.track(() => Promise.reject(failed()));
const readFails = (): Promise<never> => Promise.reject(failed());
const quietly = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

const writing = (handler: () => Promise<unknown>) =>
  make({ name: 't_write', effect: 'change', handler: async (): Promise<ToolReply> => ({ data: { ok: (await handler()) !== undefined } }) });
const outcomeOf = async (handler: () => Promise<unknown>) =>
  errorOf(await setup([writing(handler)], { runtime }).caller.call('t_write', {}, plain));

test('a failure after a write that went out is unknown, and so are the trail and a repeat under the same key', async () => {
  const entries: AuditEntry[] = [];
  const audit = { file: 'f', append: (entry: AuditEntry) => void entries.push(entry), close: () => undefined };
  let count = 0;
  const tool = writing(async () => {
    await writes.track(async () => (count += 1));
    return readFails();
  });
  const { caller } = setup([tool], { audit, runtime });
  const error = errorOf(await caller.call('t_write', { idempotency_key: 'k' }, plain));
  expect(error).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'unknown', retryable: false });
  expect(error.text).toMatch(/^Unknown: light\.a cannot be reached\.\n/);
  expect(error.text).not.toMatch(/nothing was/i);
  expect(entries.at(-1)?.outcome).toBe('upstream_unavailable/unknown');
  expect(errorOf(await caller.call('t_write', { idempotency_key: 'k' }, plain)).sideEffects).toBe('unknown');
  expect(count).toBe(1);
});

test('at the deadline the word of the read that was waited for does not stand against a write before it', async () => {
  const tool = make({
    name: 't_write',
    effect: 'change',
    handler: async (_args, { signal }) => {
      await answered();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(failed()), { once: true }));
      return { data: { ok: true } };
    },
  });
  const { caller } = setup([tool], { deadlineMs: 5, runtime });
  expect(errorOf(await caller.call('t_write', {}, plain))).toMatchObject({ code: 'upstream_unavailable', sideEffects: 'unknown' });
});

test.each([
  ['nothing was sent', readFails, 'none'],
  ['the write itself was refused', refused, 'none'],
  [
    'its answer says that it was refused',
    () =>
      writes
        .track(
          async () => 400,
          (status) => status === 400,
        )
        .then(readFails),
    'none',
  ],
  ['a refused write after one that was done', () => answered().then(refused), 'unknown'],
  [
    'a write under way beside a read that fails',
    () => Promise.all([writes.track(() => new Promise(() => undefined)), readFails()]),
    'unknown',
  ],
  ['a lost write, then a failed read', () => quietly(lost()).then(readFails), 'unknown'],
  [
    'a lost write, read back as it was',
    () => writes.track(() => lost().catch((e: ToolError) => Promise.reject(provenUnchanged(e)))),
    'none',
  ],
  [
    'several writes, all taken back',
    () => writes.track(async () => answered().then(() => Promise.reject(provenUnchanged(failed())))),
    'none',
  ],
  [
    'one done, the next read back as it was',
    () => answered().then(() => writes.track(() => Promise.reject(provenUnchanged(failed('unknown'))))),
    'unknown',
  ],
] as const)('%s', async (_case, handler, sideEffects) => {
  expect((await outcomeOf(handler)).sideEffects).toBe(sideEffects);
});

test('calls do not see the writes of one another, nor of a read', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const slow = writing(() => answered().then(() => gate));
  const other = make({ name: 't_other', effect: 'change', handler: readFails });
  const { caller } = setup([slow, other], { runtime });
  const first = caller.call('t_write', {}, plain);
  expect(errorOf(await caller.call('t_other', {}, plain)).sideEffects).toBe('none');
  release();
  dataOf(await first);
});

test('a preview after a write does not say that nothing was sent', async () => {
  const tool = make({
    name: 't_write',
    effect: 'change',
    confirm: 'depends',
    handler: async (_args, { confirm }) => {
      await answered();
      await confirm({ summary: 'x', will: [], state: 1 });
      return { data: { ok: true } };
    },
  });
  expect(dataOf(await setup([tool], { runtime }).caller.call('t_write', {}, plain))['next']).not.toContain('Nothing');
});
