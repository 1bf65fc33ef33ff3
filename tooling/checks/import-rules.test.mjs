import { expect, test } from 'vitest';
import { problemsOfFile } from './import-rules.mjs';

const problems = (path, text, name = 'some-system') => problemsOfFile({ name, path, text });

test.each([
  ['tools/a.ts', "import { x } from '../client/x.ts';", 'knows the client'],
  ['tools/deep/a.ts', "import { x } from '../../client/x.ts';", 'knows the client'],
  ['domain/deep/er/a.ts', "export * from '../../../client/x.ts';", 'knows the client'],
  ['domain/deep/a.ts', "import { x } from '../../format/x.ts';", 'points outward'],
  ['tools/a.ts', "import { request } from 'undici';", 'talks to the network'],
  ['domain/a.ts', 'const a = await fetch(url);', 'talks to the network'],
  ['format/a.ts', 'const a = globalThis.fetch(url);', 'talks to the network'],
  ['server.ts', "const a = new WebSocket('ws://x');", 'talks to the network'],
  ['client/a.ts', "import { x } from '@switchyard-mcp/core/src/x.ts';", 'another package'],
])('%s: %s', (path, text, found) => {
  expect(problems(path, text)).toEqual([expect.stringContaining(found)]);
});

test.each([
  ['client/a.ts', "import ws from 'ws'; fetch(url);"],
  ['tools/a.test.ts', "import { x } from '../client/x.ts';"],
  ['tools/a.ts', "import { x } from './client/x.ts'; operations.fetch(id); // fetch(x)"],
  ['domain/a.ts', "import { x } from './format/x.ts';"],
])('%s may: %s', (path, text) => {
  expect(problems(path, text)).toEqual([]);
});

test('core may talk to the network', () => {
  expect(problems('http/a.ts', "import 'undici'; fetch(url);", 'core')).toEqual([]);
});
