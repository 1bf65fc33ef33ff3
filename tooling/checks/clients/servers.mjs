// Every package with a bin, as it was built.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, servers } from '../../bench/servers.mjs';

const packages = join(root, 'packages');

export const builtServers = () =>
  readdirSync(packages).flatMap((folder) => {
    const manifest = join(packages, folder, 'package.json');
    const { bin } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {};
    return Object.values(bin ?? {}).map((path) => {
      const built = join(packages, folder, path);
      if (!existsSync(built)) throw new Error(`${built} is not there: build first`);
      return { name: folder, folder: join(packages, folder), bin: built };
    });
  });

/** The first tool that only reads and needs no argument: what any client may call. */
export const harmlessTool = (tools) => {
  const tool = tools.find(({ annotations, inputSchema }) => annotations?.readOnlyHint && !inputSchema.required?.length);
  if (!tool) throw new Error('no tool reads without an argument');
  return tool.name;
};

/** The definition that the package exports, with settings that lead to a simulated system. */
export const definitionWithSystem = async ({ name, folder }) => {
  const known = servers.find((server) => server.name === name);
  if (!known) throw new Error(`${name} is not in tooling/bench/servers.mjs`);
  const library = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href);
  const definition = Object.values(library).find((value) => value?.tools && value.levels && value.connect);
  if (!definition) throw new Error(`${name} exports no server definition`);
  const system = await known.simulator();
  const environment = known.environment(system);
  const settings = Object.fromEntries(
    Object.entries(definition.settings).flatMap(([key, setting]) => {
      const found = setting.env.find((word) => environment[word] !== undefined);
      return found ? [[key, setting.schema.parse(environment[found])]] : [];
    }),
  );
  return { definition, settings, system };
};
