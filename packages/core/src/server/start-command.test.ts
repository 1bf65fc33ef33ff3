import { expect, test } from 'vitest';
import { ownBin, startCommand, startLine } from './start-command.ts';

const packageName = '@switchyard-mcp/toy';

test('a registry puts a program below node_modules; everywhere else it is started by its path', () => {
  expect(ownBin(undefined)).toBeUndefined();
  expect(ownBin('/home/a/.npm/_npx/1/node_modules/@switchyard-mcp/toy/dist')).toBeUndefined();
  expect(ownBin('/srv/switchyard/packages/toy/dist')).toBe('/srv/switchyard/packages/toy/dist/bin.js');
});

test('only a package has a version to ask for', () => {
  expect(startCommand({ packageName }, '1.2.3')).toEqual({ command: 'npx', args: ['-y', '@switchyard-mcp/toy@1.2.3'] });
  expect(startCommand({ packageName, bin: '/srv/bin.js' }, '1.2.3')).toEqual({ command: 'node', args: ['/srv/bin.js'] });
});

test.skipIf(process.platform === 'win32')('a line can be pasted into a shell', () => {
  expect(startLine({ packageName }, 'install', 'cursor')).toBe('npx -y @switchyard-mcp/toy install cursor');
  expect(startLine({ packageName, bin: "/my clone's/bin.js" })).toBe("node '/my clone'\\''s/bin.js'");
});
