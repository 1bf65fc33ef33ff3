import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toyServer } from '../server/fixtures/toy-server.ts';
import { ask, askYes } from './ask.ts';
import { runCli } from './run-cli.ts';

let stdin: PassThrough;
let said = '';
beforeEach(() => {
  said = '';
  stdin = Object.assign(new PassThrough(), { isTTY: true });
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as never);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said += String(text))));
});
afterEach(() => void vi.restoreAllMocks());

/** Types while the question stands. */
const typing = <T>(text: string, asking: Promise<T>): Promise<T> => {
  stdin.write(text);
  return asking;
};

test('an answer is trimmed, an empty one is the initial one, a secret is not shown', async () => {
  expect(await typing(' http://a \r', ask('Address'))).toBe('http://a');
  // What clears the line must come before the question, or nobody sees it.
  expect(said.slice(said.lastIndexOf('\x1b[0J'))).toContain('Address');
  expect(await typing('\r', ask('Address', { initial: 'http://b' }))).toBe('http://b');
  expect(await typing('canary-secret\r', ask('Token', { secret: true }))).toBe('canary-secret');
  expect(said).not.toContain('canary-secret');
  expect(await typing('y\r', askYes('Go?'))).toBe(true);
});

test.each([
  ['Ctrl-C', '\x03', 130],
  ['Ctrl-D', '\x04', 1],
])('%s ends a question and says that nothing came of it', async (_name, key, exitCode) => {
  for (const secret of [true, false])
    await expect(typing(key, ask('Token', { secret }))).rejects.toMatchObject({
      message: expect.stringContaining('Cancelled; nothing was saved.'),
      exitCode,
    });
  await expect(typing(key, askYes('Unlock?'))).rejects.toMatchObject({
    message: expect.stringContaining('Cancelled; nothing was done.'),
    exitCode,
  });
});

test('a terminal that goes away while it is asked is no answer', async () => {
  const asking = ask('Address', { initial: 'http://b' });
  stdin.end();
  await expect(asking).rejects.toMatchObject({ exitCode: 1 });
});

test('a cancelled command ends with its code and one line, not with a stack', async () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  const asks = { ...toyServer, login: async (question: typeof ask) => ({ token: await question('Token') }) };
  const running = runCli(asks, ['login', '--plain']);
  await vi.waitFor(() => expect(said).toContain('Token'));
  stdin.write('\x03');
  await expect(running).rejects.toThrow('exit 130');
  expect(exit).toHaveBeenCalledOnce();
  expect(said).toMatch(/Token: .*\nCancelled; nothing was saved\.\n$/);
  expect(said).not.toContain('internal error');
});
