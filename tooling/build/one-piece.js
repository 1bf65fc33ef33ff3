import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Native: it cannot be bundled, and whoever lacks it can do without. */
export const native = ['@napi-rs/keyring', 'bufferutil', 'utf-8-validate'];

/** Built-in modules that take milliseconds to load and that a start can do without. The others are loaded by Node itself anyway. */
const slow = new Set([
  ...['child_process', 'crypto', 'dns', 'dns/promises', 'fs', 'fs/promises', 'http', 'http2', 'https', 'net', 'os', 'readline'],
  ...['readline/promises', 'stream/promises', 'timers/promises', 'tls', 'util', 'vm', 'worker_threads', 'zlib'],
]);

/** A built-in module whose names are looked up when they are used. */
const lazyBuiltin = (name) => {
  const names = Object.keys(createRequire(import.meta.url)(`node:${name}`)).filter((key) => /^[\w$]+$/.test(key));
  return `let it;
for (const name of ${JSON.stringify(names)})
  Object.defineProperty(module.exports, name, { enumerable: true, get: () => (it ??= process.getBuiltinModule('node:${name}'))[name] });`;
};

/** The SDK makes its JSON Schema validator for every server, and needs it only for answers to questions: it waits until then. */
const lazyValidator = `import process from 'node:process';
let real;
export class DefaultJsonSchemaValidator {
  getValidator(schema) {
    real ??= new (require('@modelcontextprotocol/server/validators/ajv').AjvJsonSchemaValidator)();
    return real.getValidator(schema);
  }
}
export { process };`;

const isPackage = (path) => !/^(\.|\/|node:|@switchyard-mcp\/core)/.test(path);
const fileOf = (name) => `${name.replace(/^@[\w-]+\//, '').replace(/\W+/g, '-')}.cjs`;

/** Everything lazy in one build: built-ins, the validator, and packages that are imported where they are used. */
const lazily = (apart) => ({
  name: 'lazily',
  setup(build) {
    const namespace = 'lazily';
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return slow.has(name) ? { path: name, namespace, pluginData: { contents: lazyBuiltin(name) } } : undefined;
    });
    build.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path, resolveDir }) => ({
      path,
      namespace,
      pluginData: { contents: lazyValidator, resolveDir },
    }));
    build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({ ...pluginData, loader: 'js' }));
    build.onResolve({ filter: /.*/ }, ({ path, kind, resolveDir }) => {
      const late = kind === 'dynamic-import' || (kind === 'require-call' && path.includes('/validators/'));
      if (!late || !isPackage(path) || native.includes(path)) return undefined;
      apart.set(path, resolveDir);
      return { path: `./${fileOf(path)}`, external: true };
    });
  },
});

/** The folder of a package that `from` imports. */
const packageFolder = (name, from) => dirname(createRequire(join(from, 'it.js')).resolve(`${name}/package.json`));

/** Charts read fonts and their renderer's code when a picture is asked for: a bundle that is this folder alone has them too. */
const copyAssets = async (apart, folder) => {
  const charts = '@switchyard-mcp/charts';
  if (!apart.has(charts)) return;
  const from = packageFolder(charts, apart.get(charts));
  const renderer = createRequire(join(from, 'package.json')).resolve('@resvg/resvg-wasm/index_bg.wasm');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await cp(join(from, 'assets'), join(folder, 'assets'), { recursive: true });
  await cp(renderer, join(folder, 'assets', 'resvg.wasm'));
};

/** What lies apart may need another of its kind: it finds the same file. */
const shared = (apart, itself) => ({
  name: 'shared',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      path !== itself && apart.has(path) ? { path: `./${fileOf(path)}`, external: true } : undefined,
    );
  },
});

/**
 * Makes of a program one file that a start reads whole, and beside it one file for each package that it imports only when needed, the
 * bin, and the tools' schemas as the program computes them. CommonJS, since one such file is found, read and compiled faster.
 */
export const onePiece = ({ bin, target }) => ({
  name: 'one-piece',
  setup(build) {
    const apart = new Map();
    const folder = build.initialOptions.outdir;
    lazily(apart).setup(build);
    const others = { target, bundle: true, platform: 'node', minify: true, external: [...native], logLevel: 'warning' };
    const addApart = async () => {
      for (const [name, resolveDir] of apart)
        await build.esbuild.build({
          ...others,
          format: 'cjs',
          supported: { 'dynamic-import': false },
          define: { 'import.meta.dirname': '__dirname' },
          stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir },
          outfile: join(folder, fileOf(name)),
          plugins: [shared(apart, name)],
        });
    };
    const addBin = () =>
      build.esbuild.build({ ...others, format: 'esm', entryPoints: { bin }, outdir: folder, plugins: [lazily(new Map())] });
    build.onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      await Promise.all([addApart(), addBin(), copyAssets(apart, folder)]);
      // A bundle for Claude Desktop is this folder alone, and Node must know there too that the bin is a module.
      await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
    });
  },
});

/** Asks the built program for its tools and keeps their schemas, so that a start need not compute them. */
export const keepToolSchemas = async (bin) => {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'tools', '--json'], { maxBuffer: 16 * 1024 * 1024 });
  const schemas = Object.fromEntries(JSON.parse(stdout).tools.map((tool) => [tool.name, tool.inputSchema]));
  await writeFile(join(dirname(bin), 'tool-schemas.json'), JSON.stringify(schemas));
};
