import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * One archive that this machine's apt installs from.
 *
 * @typedef {{types: string[], uris: string[], suites: string[], components: string[], options: Record<string, string>}} AptSource
 */

/** The entries of apt's one-line files: `deb [arch=amd64 signed-by=/path] URI suite component…`. Lines that are commented out are left out. */
export function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (!found) return [];
    const [, type, bracket = '', uri, suite, components = ''] = found;
    const options = bracket.split(/\s+/).flatMap((word) => {
      const [, name, value] = /^([\w-]+)[+-]?=(.*)$/.exec(word) ?? [];
      return name ? [[name.toLowerCase(), value.replaceAll(',', ' ')]] : [];
    });
    return [{ types: [type], uris: [uri], suites: [suite], components: wordsOf(components), options: Object.fromEntries(options) }];
  });
}

/** The entries of apt's deb822 files: fields in stanzas, a field's further lines indented, `.` for an empty one. */
export function parseDeb822(text) {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const stanzas = lines
    .join('\n')
    .split(/\n\s*\n/)
    .map(fieldsOf);
  return stanzas.flatMap(({ types, uris, suites, components, ...options }) => {
    if (!types || !uris || !suites || isNo(options.enabled)) return [];
    return [{ types: wordsOf(types), uris: wordsOf(uris), suites: wordsOf(suites), components: wordsOf(components ?? ''), options }];
  });
}

/** Every archive of this machine, in apt's own order. `etc` is the folder of its configuration. */
export async function readAptSources(etc = '/etc/apt') {
  const parts = join(etc, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name)).sort();
  const files = [join(etc, 'sources.list'), ...names.map((name) => join(parts, name))];
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(file, 'utf8').catch(() => '');
      return file.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text);
    }),
  );
  return found.flat();
}

/**
 * The archive that holds this machine's own Debian: any of its suites can be had there. `undefined` on any other system.
 *
 * @param {readonly AptSource[]} sources
 * @param {string} osRelease the text of /etc/os-release
 */
export function debianSource(sources, osRelease) {
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
  if (field('ID') !== 'debian') return undefined;
  const suites = [field('VERSION_CODENAME'), 'stable', 'testing', 'unstable', 'sid', 'forky'].filter(Boolean);
  return sources.find(
    ({ types, components, suites: own }) =>
      types.includes('deb') && components.includes('main') && own.some((suite) => suites.includes(suite)),
  );
}

/** @returns {Record<string, string>} */
function fieldsOf(stanza) {
  const fields = {};
  let name;
  for (const line of stanza.split('\n')) {
    const [, key, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (key) name = key.toLowerCase();
    if (!name) continue;
    const more = line.trim() === '.' ? '' : line.trim();
    fields[name] = key ? value.trim() : `${fields[name]}\n${more}`;
  }
  return fields;
}

const wordsOf = (text) => text.split(/\s+/).filter(Boolean);
const isNo = (value) => /^(no|false|without|off|disable|0)$/i.test(value ?? '');
