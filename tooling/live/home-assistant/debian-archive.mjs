import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianSource, readAptSources } from './apt-sources.mjs';

/**
 * Where this machine gets its Debian from, in debootstrap's words: the address, its options (keyring, checks) and the proxies for its
 * environment. `remove` deletes the keyring that was written for it, if one was.
 *
 * @typedef {{uri: string, options: string[], env: Record<string, string>, remove: () => Promise<void>}} DebianArchive
 */

/** Why this machine has nothing to build a Debian from, or `undefined` when it has. */
export async function archiveMissing() {
  if (process.env.SWITCHYARD_DEBIAN_MIRROR) return undefined;
  return (await ownSource())
    ? undefined
    : "no Debian is among this machine's package sources; SWITCHYARD_DEBIAN_MIRROR can name an archive";
}

/**
 * This machine's own archive, or the one that SWITCHYARD_DEBIAN_MIRROR names.
 *
 * @returns {Promise<DebianArchive>}
 */
export async function debianArchive() {
  const env = await proxiesOfApt();
  const given = process.env.SWITCHYARD_DEBIAN_MIRROR;
  if (given) return { uri: given, options: [], env, remove: async () => {} };
  const source = await ownSource();
  if (!source) throw new Error(`--newest: ${await archiveMissing()}.`);
  const uri = await usableUri(source.uris);
  if (!uri)
    throw new Error(`--newest: debootstrap can use none of ${source.uris.join(', ')}; SWITCHYARD_DEBIAN_MIRROR can name an archive.`);
  const keyring = await keyringOf(source.options);
  return { uri, env, options: [...checksOf(source.options), ...keyring.options], remove: keyring.remove };
}

async function ownSource() {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return debianSource(await readAptSources(), osRelease);
}

/** The first address that debootstrap can read. Of a list of mirrors, as cloud images have it, the first line is taken. */
async function usableUri(uris) {
  for (const uri of uris) {
    if (/^(https?|file|ssh):/.test(uri)) return uri;
    const list = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
    const text = list ? await readFile(list, 'utf8').catch(() => '') : '';
    const first = /^(https?:\S+)/m.exec(text)?.[1];
    if (first) return first;
  }
  return undefined;
}

const checksOf = (options) => (/^(yes|true|on|1)$/i.test(options.trusted ?? '') ? ['--no-check-gpg'] : []);

/** `Signed-By` names key files, a fingerprint (then the usual keyring has it) or holds the key itself. gpgv reads no armour. */
async function keyringOf({ 'signed-by': signedBy = '' }) {
  const nothing = { options: [], remove: async () => {} };
  const path = signedBy.split(/\s+/).find((word) => word.startsWith('/'));
  if (path && !path.endsWith('.asc')) return { ...nothing, options: [`--keyring=${path}`] };
  const armoured = path ? await readFile(path, 'utf8') : signedBy;
  if (!armoured.includes('BEGIN PGP PUBLIC KEY BLOCK')) return nothing;
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-keyring-'));
  await writeFile(join(folder, 'archive.gpg'), unarmour(armoured));
  return { options: [`--keyring=${join(folder, 'archive.gpg')}`], remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The bytes of armoured keys: base64 between a blank line and the checksum (`=` and four letters) of each block. */
export function unarmour(text) {
  const blocks = [...text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----\n(?:[\w-]+:.*\n)*\s*\n?([\s\S]*?)-----END/g)];
  return Buffer.concat(blocks.map(([, body]) => Buffer.from(body.replace(/^\s*=[\w+/]{4}\s*$/m, '').replace(/\s+/g, ''), 'base64')));
}

/** debootstrap fetches with wget, which knows nothing of apt's configuration. */
async function proxiesOfApt() {
  const dump = await promisify(execFile)('apt-config', ['dump']).catch(() => ({ stdout: '' }));
  return proxiesIn(dump.stdout);
}

/**
 * The proxies of `apt-config dump` as environment. "DIRECT" means none, whatever the environment says.
 *
 * @returns {Record<string, string>}
 */
export function proxiesIn(dump) {
  const env = {};
  for (const scheme of ['http', 'https']) {
    const value = new RegExp(`^Acquire::${scheme}::Proxy "([^"]*)";$`, 'im').exec(dump)?.[1];
    if (value) env[`${scheme}_proxy`] = value === 'DIRECT' ? '' : value;
  }
  const direct = [...dump.matchAll(/^Acquire::https?::Proxy::(\S+) "DIRECT";$/gim)].map(([, host]) => host);
  if (direct.length > 0) env.no_proxy = [process.env.no_proxy, ...direct].filter(Boolean).join(',');
  return env;
}
