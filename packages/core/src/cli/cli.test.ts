import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { Redactor } from '../security/redactor.ts';
import type { ServerDefinition } from '../server/define-server.ts';
import { createLamp, type Lamp, toyServer, type toySettings } from '../server/fixtures/toy-server.ts';
import { audit } from './audit.ts';
import { argumentsOf, call } from './call.ts';
import { doctor } from './doctor.ts';
import { help } from './help.ts';
import { install, printConfig } from './install.ts';
import { demo, serve } from './serve.ts';
import { tools } from './tools.ts';

let home = '';
let env: Record<string, string> = {};
let out = '';
let errors = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'sy-cli-'));
  env = {
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    TOY_URL: 'http://lamp.example:81',
    TOY_TOKEN: 'long-secret-token',
  };
  out = '';
  errors = '';
  vi.stubEnv('HOME', home);
  vi.spyOn(process, 'cwd').mockReturnValue(home);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((errors += String(text))));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

type Toy = ServerDefinition<typeof toySettings, Lamp>;
const context = (argv: readonly string[], definition: Toy = toyServer) => ({ definition, argv, env, secrets: new Redactor() });
const desktop = (): string => join(home, 'config', 'Claude', 'claude_desktop_config.json');
const write = async (file: string, text: string): Promise<void> => {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
};

test('install keeps every other key, the indentation and what a person added to our entry, and leaves a backup', async () => {
  const before = JSON.stringify(
    {
      theme: 'dark',
      mcpServers: {
        other: { command: 'x', env: { KEY: 'their-own-secret' } },
        toy: { command: 'npx', args: ['@switchyard-mcp/toy@1.0.0'], env: { TOY_TOKEN: 't' } },
      },
    },
    null,
    '\t',
  );
  await write(desktop(), before);
  await write(join(home, 'config', 'switchyard', 'toy', 'cabin.json'), '{"version":1}');
  expect(await install(context(['claude-desktop', '--profile', 'cabin']))).toBe(0);
  const after = await readFile(desktop(), 'utf8');
  expect(after).toContain('\n\t"theme"');
  expect(JSON.parse(after)).toEqual({
    theme: 'dark',
    mcpServers: {
      other: { command: 'x', env: { KEY: 'their-own-secret' } },
      toy: { command: 'npx', args: ['-y', '@switchyard-mcp/toy@1.2.3', '--profile', 'cabin'], env: { TOY_TOKEN: 't' } },
    },
  });
  const backup = (await readdir(join(desktop(), '..'))).find((name) => name.includes('.bak-')) ?? '';
  expect(await readFile(join(desktop(), '..', backup), 'utf8')).toBe(before);
  expect(errors).toContain('-         "@switchyard-mcp/toy@1.0.0"');
  expect(errors).not.toContain('their-own-secret');
});

test.skipIf(process.platform === 'win32')('install keeps a private config private, and a link a link', async () => {
  const real = join(home, 'dotfiles.json');
  await write(real, '{}');
  await chmod(real, 0o600);
  await mkdir(join(desktop(), '..'), { recursive: true });
  await symlink(real, desktop());
  await install(context(['claude-desktop']));
  expect((await stat(real)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(real, 'utf8'))).toHaveProperty('mcpServers.toy');
});

test('install makes what is not there yet', async () => {
  await install(context(['vscode', 'demo']));
  expect(JSON.parse(await readFile(join(home, '.vscode', 'mcp.json'), 'utf8'))).toEqual({
    servers: { toy: { type: 'stdio', command: 'npx', args: ['-y', '@switchyard-mcp/toy@1.2.3', 'demo'] } },
  });
});

test.each([
  ['comments', '{\n  // mine\n  "servers": {}\n}'],
  ['a list', '[]'],
  ['servers of another shape', '{"servers":["x"]}'],
])('install leaves a file with %s as it is', async (_name, text) => {
  const file = join(home, '.vscode', 'mcp.json');
  await write(file, text);
  await expect(install(context(['vscode']))).rejects.toMatchObject({
    fields: { code: 'unsupported', next: [expect.stringContaining('print-config vscode')] },
  });
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await readdir(join(home, '.vscode'))).toEqual(['mcp.json']);
});

test('a secret or a misspelt flag does not get into a config, nor into the error', async () => {
  for (const command of [install, printConfig]) {
    await expect(command(context(['cursor', '--token', 'long-secret-token']))).rejects.toMatchObject({
      fields: { why: expect.stringContaining('TOY_TOKEN') },
    });
    await expect(command(context(['cursor', '--levle', 'read']))).rejects.toMatchObject({
      fields: { why: expect.stringContaining('--level') },
    });
  }
  await expect(install(context(['cursor', '--token', 'long-secret-token']))).rejects.not.toMatchObject({
    fields: { why: expect.stringContaining('long-secret') },
  });
  expect(await readdir(home)).toEqual([]);
});

test('--print only prints, and an unknown client is answered with the known ones', async () => {
  await install(context(['cursor', '--print', '--read-only']));
  expect(JSON.parse(out)).toEqual({ mcpServers: { toy: { command: 'npx', args: ['-y', '@switchyard-mcp/toy@1.2.3', '--read-only'] } } });
  expect(await readdir(home)).toEqual([]);
  await expect(printConfig(context(['--url', 'http://lamp.example', 'cursor']))).rejects.toMatchObject({
    fields: { what: expect.stringContaining('name comes first') },
  });
  await expect(install(context(['cursro']))).rejects.toMatchObject({ fields: { didYouMean: ['cursor'] } });
});

test('arguments of call: JSON where it reads as JSON, text where the tool wants text, a list when given twice', () => {
  const [read] = toyServer.tools;
  expect(argumentsOf(read, ['label=5', 'times=2'])).toEqual({ label: '5', times: 2 });
  expect(argumentsOf(read, ['flag', 'a=x=y', 'list=a', 'list=b', 'object={"k":1}'])).toEqual({
    flag: true,
    a: 'x=y',
    list: ['a', 'b'],
    object: { k: 1 },
  });
});

/** Changes without asking, so that a call leaves a trail. */
const eagerToy: Toy = {
  ...toyServer,
  defaultLevel: 'change',
  tools: toyServer.tools.map((tool) =>
    tool.effect === 'read' ? tool : { ...tool, confirm: 'never', handler: async () => ({ data: {} }) },
  ),
  demo: async () => ({ settings: { url: 'http://demo.example', token: 't' }, close: async () => undefined }),
};

test('audit verify tells whether the trail is as it was written', async () => {
  expect(await audit(context(['verify']))).toBe(0);
  expect(out).toContain('no trail');
  await call(context(['toy_set_lamp', 'on=true'], eagerToy));
  expect(await audit(context(['verify']))).toBe(0);
  expect(out).toContain('2 lines in 1 file ');
  out = '';
  expect(await audit(context(['verify', '--profile', 'default', '--json']))).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ files: [{ lines: 2, bad: [] }], wrong: 0 });
  const folder = join(home, 'state', 'switchyard', 'toy', 'audit');
  const [file = ''] = await readdir(folder);
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(join(folder, file), text.replace('toy_set_lamp', 'toy_get_lamp'));
  expect(await audit(context(['verify']))).toBe(1);
  expect(out).toMatch(/✘ .*line 1/);
  await expect(audit(context(['verify', '--levle', 'x']))).rejects.toMatchObject({ fields: { what: 'Unexpected argument "x".' } });
  expect(await audit(context(['verfy']))).toBe(2);
});

test('a demo leaves nothing in the folders of the person, and nothing elsewhere once it ended', async () => {
  vi.stubEnv('SWITCHYARD_STATE_DIR', '');
  const atExit = process.listeners('exit');
  expect(await call(context(['toy_set_lamp', 'on=true', '--demo'], eagerToy))).toBe(0);
  expect(await readdir(home)).toEqual([]);
  const folder = process.env['SWITCHYARD_STATE_DIR'] ?? '';
  expect(await readdir(join(folder, 'toy', 'audit'))).toHaveLength(1);
  for (const listener of process.listeners('exit').filter((one) => !atExit.includes(one))) listener(0);
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
});

test('call prints the reply and nothing else on stdout', async () => {
  expect(await call(context(['toy_get_lamp', 'label=5']))).toBe(0);
  expect(JSON.parse(out)).toEqual({ on: false, label: '5' });
});

test('call without a terminal refuses what a person must agree to', async () => {
  const lamp = createLamp();
  expect(await call(context(['toy_set_lamp', 'on=true'], { ...toyServer, connect: () => lamp }))).toBe(1);
  expect(lamp).toMatchObject({ on: false, closed: true });
  expect(errors).toContain('at a terminal');
  expect(errors).toContain('Turn the lamp on');
  expect(out).toBe('');
});

test('call tells how a bare word is written', async () => {
  await expect(call(context(['toy_get_lamp', 'kitchen']))).rejects.toMatchObject({
    fields: { what: '"kitchen" is no argument of toy_get_lamp.', next: ['Write it as key=value, for example label=kitchen.'] },
  });
  expect(await call(context([]))).toBe(2);
  expect(errors).toContain('ids=a ids=b');
});

test('call says what is wrong, with 1, and how it is used, with 2', async () => {
  expect(await call(context(['toy_get_lmap']))).toBe(1);
  expect(errors).toContain('toy_get_lamp');
  expect(await call(context([]))).toBe(2);
});

const withDoctor = (check: Toy['doctor'] & object): Toy => ({ ...toyServer, doctor: check });

test('doctor tells where settings come from, never a secret, and ends with 1 on a problem', async () => {
  const definition = withDoctor(async function* () {
    yield { id: 'address', status: 'ok', seen: 'long-secret-token seen by http://lamp.example:81' };
    yield { id: 'token', status: 'problem', seen: 'refused', mend: 'run login' };
  });
  expect(await doctor(context(['--json'], definition))).toBe(1);
  expect(out).not.toContain('long-secret-token');
  expect(JSON.parse(out)).toMatchObject({ problems: 1 });
  expect(out).toContain('url from TOY_URL');
});

test('the checks of a server learn from doctor whether the report is for strangers', async () => {
  const definition = withDoctor(async function* (_settings, _signal, { report }) {
    yield { id: 'report', status: 'ok', seen: report.redacted ? 'without names' : 'with names' };
  });
  expect(await doctor(context(['--json'], definition))).toBe(0);
  expect(out).toContain('"with names"');
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(0);
  expect(out).toContain('"without names"');
});

test('doctor --redacted can be shown to strangers', async () => {
  const definition = withDoctor(async function* () {
    yield {
      id: 'address',
      status: 'ok',
      seen: `http://lamp.example:81/api → 192.0.2.10 and fe80::1:2 at nas.local, file ${process.env['HOME']}/x`,
    };
  });
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(0);
  for (const secret of ['lamp.example', '192.0.2.10', 'fe80', 'nas.local', home]) expect(out).not.toContain(secret);
  expect(out).toContain('[url]/api');
});

test.skipIf(process.platform === 'win32')('doctor --redacted: a warning about a secret file names no home folder', async () => {
  const definition = withDoctor(async function* () {
    yield { id: 'address', status: 'ok', seen: 'was asked all the same' };
  });
  const token = join(home, 'token');
  await write(token, 'long-secret-token');
  await chmod(token, 0o644);
  env = { ...env, TOY_TOKEN: '', TOY_TOKEN_FILE: token };
  expect(await doctor(context(['--json'], definition))).toBe(0);
  expect(out).toContain(token);
  expect(JSON.parse(out)).toMatchObject({ problems: 0, warnings: 1 });
  expect(out).toContain('was asked');
  out = '';
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(0);
  expect(out).toContain('~/token');
  expect(out).not.toContain(home);
});

test('doctor --redacted hides addresses and the home folder however they are written', async () => {
  env = { ...env, TOY_URL: 'http://Lamp+One.example:81/$&' };
  const definition = withDoctor(async function* () {
    const folder = process.env['HOME'] ?? '';
    yield { id: 'address', status: 'ok', seen: `LAMP+ONE.EXAMPLE and lamp+one.Example, ${folder.toUpperCase()}/x; lampxone.example stays` };
  });
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(0);
  expect(out).toContain('"[url] and [url], ~/x; lampxone.example stays"');
});

/** A server with settings of more kinds. */
const named = (doctor: Toy['doctor'] & object): Toy => {
  const owner = { schema: z.string(), title: 'Owner', description: 'Whose lamp it is.', env: ['TOY_OWNER'], personal: true };
  const asking = { schema: z.enum(['ask', 'never']).default('ask'), title: 'Asking', description: 'How it asks.', env: ['TOY_ASKING'] };
  return { ...withDoctor(doctor), settings: { ...toyServer.settings, owner, asking } as Toy['settings'] };
};

test('doctor --redacted hides names and leaves words that only hold a value alone', async () => {
  env = { ...env, TOY_ASKING: 'ask', TOY_OWNER: 'Ann, Bob Miller', TOY_URL: 'http://lam' };
  const definition = named(async function* () {
    yield { id: 'task', status: 'ok', seen: 'The task of ann and Bob Miller cannot wait: lamps at lam ask' };
  });
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(0);
  expect(out).toContain('"The task of [owner] and [owner] cannot wait: lamps at [url] ask"');
});

test('doctor has a line with its cure for each wrong setting, and one of where they come from', async () => {
  expect(await doctor(context(['--json']))).toBe(0);
  await write(join(home, 'config', 'switchyard', 'toy', 'default.json'), '{"version":1,"audti":"on"}');
  env = { ...env, TOY_URL: 'nowhere', TOY_LEVEL: 'boss' };
  out = '';
  expect(await doctor(context([]))).toBe(1);
  expect(out).toMatch(/✘ config +\S+default\.json: "audti" is not a setting; did you mean audit\?\n {3}fix: correct "audti" in \S+\n/);
  expect(out).toMatch(/✘ config +TOY_URL: must be .*\n {3}fix: correct TOY_URL\.\n/);
  expect(out).toMatch(/✘ config +TOY_LEVEL: must be one of .*\n {3}fix: correct TOY_LEVEL\.\n/);
  expect(out).toMatch(/✔ sources +profile default; url from TOY_URL/);
  expect(out).toContain('3 problems.');
});

test('doctor reports on stdout, and counts warnings of a server beside problems', async () => {
  const definition = withDoctor(async function* () {
    yield { id: 'lists', status: 'warning', seen: 'lihgt matches nothing', mend: 'correct the list.' };
  });
  expect(await doctor(context([], definition))).toBe(0);
  expect(errors).toBe('');
  expect(out).toMatch(/ ! lists +lihgt matches nothing\n {3}fix: correct the list\.\nNo problem, 1 warning\.\n$/);
});

test('doctor sees that the state folder cannot be written, leaves nothing behind, and still asks the server', async () => {
  const definition = withDoctor(async function* () {
    yield { id: 'address', status: 'ok', seen: 'fine' };
  });
  expect(await doctor(context([], definition))).toBe(0);
  expect(await readdir(home)).toEqual([]);
  await write(join(home, 'blocked'), '');
  env = { ...env, SWITCHYARD_STATE_DIR: join(home, 'blocked', 'state') };
  out = '';
  expect(await doctor(context([], definition))).toBe(1);
  expect(out).toMatch(/✘ state +\S+ cannot be written \(ENOTDIR\)/);
  expect(out).toContain('address     fine');
});

test('doctor --redacted hides the folders a person chose and the names a check tells of', async () => {
  const definition = withDoctor(async function* () {
    yield { id: 'token', status: 'ok', seen: 'Ada Tester of "Cabin", an administrator', names: ['Ada Tester', 'Cabin', ''] };
  });
  env = { ...env, SWITCHYARD_STATE_DIR: '/srv/anns-things/state/', HOME: `${home}/` };
  vi.stubEnv('HOME', `${home}/`);
  await doctor(context(['--json', '--redacted'], definition));
  expect(out).not.toMatch(/Ada|Cabin|anns-things/);
  expect(out).toContain('[name] of \\"[name]\\", an administrator');
  expect(out).not.toContain(home);
});

test('doctor cuts last: no half of a secret, nor of an address with --redacted, is left at the end of a long text', async () => {
  const definition = withDoctor(async function* () {
    for (const shown of ['long-secret-token', 'http://lamp.example:81'])
      for (let kept = 1; kept < shown.length; kept += 1) {
        const text = `${'- '.repeat(300).slice(kept)}${shown}`;
        yield { id: 'long', status: 'problem', seen: text, mend: text, detail: { [text]: text } };
      }
  });
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(1);
  const { checks } = JSON.parse(out) as { checks: readonly { id: string; seen: string; mend: string; detail: object }[] };
  const texts = checks
    .filter(({ id }) => id === 'long')
    .flatMap(({ seen, mend, detail }) => [seen, mend, ...Object.entries(detail).flat()]);
  expect(texts).toHaveLength(4 * ('long-secret-token'.length + 'http://lamp.example:81'.length - 2));
  for (const text of texts) expect(text).toMatch(/^[- ]+(?:\[[a-z]*\]?)?(?:… \(\d+ more characters\))?$/);
});

test('what a check adds for a bundle is redacted too, and a server is told where its own things are kept', async () => {
  const definition = withDoctor(async function* (_settings, _signal, runtime) {
    const detail = { shape: { url: 'http://lamp.example:81', token: 'long-secret-token' }, profile: runtime.storage?.profile };
    yield { id: 'shape', status: 'ok', seen: 'one', detail };
    await (await runtime.storage?.credentials())?.list();
  });
  env = { ...env, SWITCHYARD_KEY_FILE: join(home, 'key') };
  expect(await doctor(context(['--json', '--redacted'], definition))).toBe(0);
  expect(out).not.toMatch(/lamp\.example|long-secret-token/);
  expect(out).toContain('"profile": "default"');
});

test('doctor goes on when a check breaks, and does not repeat foreign words', async () => {
  const definition = withDoctor(async function* () {
    yield { id: 'address', status: 'ok', seen: 'fine' };
    throw new Error('password is hunter2-secret');
  });
  expect(await doctor(context([], definition))).toBe(1);
  expect(out).toContain('The checks stopped: ');
  expect(out).not.toContain('hunter2');
});

test('doctor names the setting that is missing and how to give it', async () => {
  env = { ...env, TOY_TOKEN: '' };
  expect(await doctor(context([]))).toBe(1);
  expect(out).toContain('Token is not set');
  expect(out).toContain('TOY_TOKEN');
});

test('tools and help name every tool and setting', async () => {
  await tools(context([]));
  for (const { name } of toyServer.tools) expect(out).toContain(name);
  expect(out).toContain('estimate');
  await help(context([]));
  expect(out).toContain('TOY_LEVEL');
  expect(out).toContain('--read-only');
  expect(out).not.toContain('--token,');
  expect(out).toContain('Default: change.');
  expect(out).toContain('Default: 45.');
  expect(out).toContain(join(home, 'config', 'switchyard', 'toy', 'NAME.json'));
  for (const word of ['--plain', '--version', 'SWITCHYARD_KEY_FILE', 'deadlineSeconds']) expect(out).toContain(word);
});

test.each([
  ['serve', serve],
  ['demo', demo],
  ['doctor', doctor],
  ['tools', tools],
])('%s refuses a word that belongs to nothing, and repeats none that may be a secret', async (_name, command) => {
  const definition = { ...toyServer, demo: async () => ({ settings: {}, close: async () => undefined }) };
  await expect(command(context(['extra'], definition))).rejects.toMatchObject({ fields: { what: 'Unexpected argument "extra".' } });
  await expect(command(context(['hunter2-Secret9'], definition))).rejects.toMatchObject({ fields: { what: 'Unexpected argument.' } });
});

test('tools refuses settings, since none changes what it lists', async () => {
  await expect(tools(context(['--level', 'read']))).rejects.toMatchObject({ fields: { what: 'Unexpected argument "--level".' } });
});
