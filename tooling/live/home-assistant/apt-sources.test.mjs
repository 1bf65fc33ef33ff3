import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { debianSource, parseDeb822, parseOneLine, readAptSources } from './apt-sources.mjs';
import { proxiesIn, unarmour } from './debian-archive.mjs';

const debian = 'ID=debian\nVERSION_CODENAME=bookworm\n';

test('one-line entries: options in brackets, comments, sources of source code', () => {
  const text = `# deb http://old.example/debian bookworm main
deb [arch=amd64,arm64 signed-by=/usr/share/keyrings/a.gpg] http://archive.example/debian bookworm main contrib # ours
deb-src http://archive.example/debian bookworm main
deb http://flat.example/ ./`;
  expect(parseOneLine(text)).toEqual([
    {
      types: ['deb'],
      uris: ['http://archive.example/debian'],
      suites: ['bookworm'],
      components: ['main', 'contrib'],
      options: { arch: 'amd64 arm64', 'signed-by': '/usr/share/keyrings/a.gpg' },
    },
    { types: ['deb-src'], uris: ['http://archive.example/debian'], suites: ['bookworm'], components: ['main'], options: {} },
    { types: ['deb'], uris: ['http://flat.example/'], suites: ['./'], components: [], options: {} },
  ]);
});

test('deb822 stanzas: comments between fields, several addresses, a key of several lines, one that is switched off', () => {
  const text = `Types: deb deb-src
# the usual one
URIs: http://one.example/debian
 http://two.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 AAEC
 =abcd
 -----END PGP PUBLIC KEY BLOCK-----

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
`;
  const [found, ...others] = parseDeb822(text);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    types: ['deb', 'deb-src'],
    uris: ['http://one.example/debian', 'http://two.example/debian'],
    suites: ['bookworm', 'bookworm-updates'],
  });
  expect(unarmour(found.options['signed-by'])).toEqual(Buffer.from([0, 1, 2]));
});

test("the machine's own Debian is taken, not its security updates, other people's archives or another system's", async () => {
  const etc = await mkdtemp(join(tmpdir(), 'switchyard-apt-'));
  try {
    await mkdir(join(etc, 'sources.list.d'));
    await writeFile(join(etc, 'sources.list'), 'deb http://security.example/debian-security bookworm-security main\n');
    await writeFile(join(etc, 'sources.list.d', 'a.list'), 'deb http://tools.example/apt nodistro main\n');
    await writeFile(
      join(etc, 'sources.list.d', 'b.sources'),
      'Types: deb\nURIs: http://archive.example/debian\nSuites: bookworm\nComponents: main\n',
    );
    await writeFile(join(etc, 'sources.list.d', 'c.list.disabled'), 'deb http://off.example/debian bookworm main\n');
    const sources = await readAptSources(etc);
    expect(sources).toHaveLength(3);
    expect(debianSource(sources, debian)?.uris).toEqual(['http://archive.example/debian']);
    expect(debianSource(sources, 'ID=ubuntu\nVERSION_CODENAME=bookworm\n')).toBeUndefined();
    expect(debianSource(sources.slice(0, 2), debian)).toBeUndefined();
  } finally {
    await rm(etc, { recursive: true });
  }
});

test("apt's proxies, and the hosts that go past them", () => {
  const dump =
    'Acquire::http::Proxy "http://cache.example:3142";\nAcquire::https::Proxy "DIRECT";\nAcquire::http::Proxy::near.example "DIRECT";\n';
  expect(proxiesIn(dump)).toMatchObject({ http_proxy: 'http://cache.example:3142', https_proxy: '' });
  expect(proxiesIn(dump).no_proxy).toContain('near.example');
  expect(proxiesIn('Acquire "";\n')).toEqual({});
});
