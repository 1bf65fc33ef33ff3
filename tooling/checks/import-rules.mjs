import { posix } from 'node:path';

const importsOf = (text) => [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((m) => m[1]);
const network = /^(undici|ws|node:(http|https|net|tls|dgram|dns))$/;
/** `fetch(`, `new WebSocket(` and the like need no import. A method of that name is another matter. */
const globalNetwork = /(?<![.\w$'"`]|function )(?:globalThis\s*\.\s*)?(?:fetch\s*\(|new\s+(?:WebSocket|EventSource|XMLHttpRequest)\s*\()/;
/** The code without comments. */
const codeOf = (text) => text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');

/**
 * What a source file of a package may not do. `name` is the package's folder, `path` the file's place below src, with slashes.
 * Only client/ talks to the network; tools/, domain/ and format/ do not know it; domain/ does not point outward.
 */
export const problemsOfFile = ({ name, path, text }) => {
  const problems = [];
  const room = path.split('/')[0];
  const test = path.endsWith('.test.ts');
  const mayTalk = test || name === 'core' || room === 'client';
  const uses = codeOf(text);
  if (!mayTalk && globalNetwork.test(uses) && !/\bconst fetch\b|import .*\bWebSocket\b/.test(uses)) problems.push('talks to the network');
  for (const target of importsOf(text)) {
    const within = target.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), target)).split('/')[0] : undefined;
    if (/^@switchyard-mcp\/[^/]+\/src/.test(target)) problems.push(`reaches into another package: ${target}`);
    if (!mayTalk && network.test(target)) problems.push(`talks to the network: ${target}`);
    if (!test && ['tools', 'domain', 'format'].includes(room) && within === 'client') problems.push(`knows the client: ${target}`);
    if (!test && room === 'domain' && (within === 'tools' || within === 'format')) problems.push(`points outward: ${target}`);
  }
  return problems;
};
