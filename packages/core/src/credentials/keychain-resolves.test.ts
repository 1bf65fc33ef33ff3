import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// A server's bin carries core in itself, but the native module is looked up from the server's own folder, never from core's.
const packages = join(import.meta.dirname, '../../..');
const native = '@napi-rs/keyring';
const servers = readdirSync(packages).filter((name) => {
  const { bin } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as { bin?: unknown };
  return bin !== undefined;
});

test('there are servers to look at', () => expect(servers).toContain('home-assistant'));

test.each(servers)('%s names the keychain module as its own optional dependency and finds it from its dist', (name) => {
  const manifest = join(packages, name, 'package.json');
  const { optionalDependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as { optionalDependencies?: Record<string, string> };
  expect(optionalDependencies).toHaveProperty([native]);
  expect(createRequire(join(packages, name, 'dist', 'bin.js')).resolve(native)).toContain('keyring');
});
