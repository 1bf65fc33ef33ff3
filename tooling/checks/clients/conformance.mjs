// The conformance suite speaks HTTP alone and mostly asks for fixtures by name; these scenarios ask for none.
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createServer } from '@switchyard-mcp/core/server';
import { serveOverHttp } from '@switchyard-mcp/testkit';
import { definitionWithSystem } from './servers.mjs';

const scenarios = {
  '2025-11-25': ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list', 'dns-rebinding-protection'],
  '2026-07-28': [
    ...[
      'server-stateless',
      'tools-list',
      'resources-list',
      'prompts-list',
      'dns-rebinding-protection',
      'caching',
      'http-header-validation',
    ],
    ...['sep-2164-resource-not-found', 'input-required-result-unsupported-methods', 'input-required-result-validate-input'],
  ],
};

/** Checks that call a tool of the suite's own name, which no real server has. */
const needFixtures = {
  'server-stateless': ['sep-2575-server-rejects-undeclared-capability', 'sep-2575-missing-capability-http-400'],
};

export async function* checkConformance(server, { tools, work }) {
  const { definition, settings, system } = await definitionWithSystem(server);
  const factory = createServer(definition, { settings });
  const http = await serveOverHttp(factory.create);
  const run = promisify(execFile);
  const results = mkdtempSync(join(work, 'conformance-'));
  try {
    for (const [revision, names] of Object.entries(scenarios)) {
      const passed = [];
      for (const name of names) {
        const words = ['server', '--url', http.url, '--scenario', name, '--spec-version', revision, '--output-dir', results];
        if (needFixtures[name]) {
          const file = join(results, `${name}.yml`);
          writeFileSync(file, `server:\n${needFixtures[name].map((check) => `  - "${name}:${check}"\n`).join('')}`);
          words.push('--expected-failures', file);
        }
        const { stdout } = await run(tools.node, [tools.conformance, ...words], { timeout: 60_000 }).catch((error) => {
          throw new Error(`conformance ${revision} ${name}:\n${error.stdout}${error.stderr}`);
        });
        // A scenario that does not apply would pass with nothing checked.
        const [, count] = /Passed: (\d+)\/\d+/.exec(stdout) ?? [];
        if (!(Number(count) > 0)) throw new Error(`conformance ${revision} ${name} checked nothing:\n${stdout}`);
        passed.push(`${name} ${count}`);
      }
      yield `conformance ${revision}: ${passed.join(', ')}`;
    }
  } finally {
    await http.close();
    await factory.close();
    await system.close();
  }
}
