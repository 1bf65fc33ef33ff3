// The MCP Inspector's command line in both eras, with its strict look at the tools' schemas.
import { execFileSync } from 'node:child_process';
import { harmlessTool } from './servers.mjs';

export async function* checkInspector({ bin }, { tools, work }) {
  const env = { ...process.env, HOME: work, XDG_CONFIG_HOME: work, XDG_STATE_HOME: work, XDG_CACHE_HOME: work };
  for (const era of ['legacy', 'modern']) {
    // The Inspector says what it dislikes on stderr and by its exit code.
    const ask = (method, ...words) => {
      const words_ = ['--cli', tools.node, bin, 'demo', '--method', method, '--protocol-era', era, ...words];
      return JSON.parse(execFileSync(tools.node, [tools.inspector, ...words_], { env, encoding: 'utf8', timeout: 60_000 }));
    };
    const listed = ask('tools/list', '--strict').tools;
    const resources = ask('resources/list').resources;
    const templates = ask('resources/templates/list').resourceTemplates;
    const prompts = ask('prompts/list').prompts;
    const result = ask('tools/call', '--tool-name', harmlessTool(listed));
    if (result.isError) throw new Error(`Inspector, ${era}: ${result.content[0]?.text}`);
    const counts = `${listed.length} tools (strict), ${resources.length} resources, ${templates.length} templates, ${prompts.length} prompts`;
    yield `Inspector, ${era}: ${counts}, one tool called`;
  }
}
